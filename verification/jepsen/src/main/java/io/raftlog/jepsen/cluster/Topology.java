package io.raftlog.jepsen.cluster;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of a cluster works. Immutable.
 *
 * @param nodes all nodes
 * @param up those that can work
 * @param cut directions in which nothing arrives
 */
public record Topology(List<String> nodes, Set<String> up, Set<Direction> cut) {
  /**
   * From one node to another.
   *
   * @param from who sends
   * @param to who would receive
   */
  public record Direction(String from, String to) implements Comparable<Direction> {
    @Override
    public int compareTo(Direction other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return from + ">" + to;
    }
  }

  /** Copies. */
  public Topology {
    nodes = List.copyOf(nodes);
    up = Collections.unmodifiableSet(new TreeSet<>(up));
    cut = Collections.unmodifiableSet(new TreeSet<>(cut));
  }

  /** Whether the members of some majority can all talk to each other. */
  public boolean majorityCanTalk() {
    for (int chosen = 0; chosen < 1 << nodes.size(); chosen++) {
      if (Integer.bitCount(chosen) > nodes.size() / 2 && canTalk(chosen)) {
        return true;
      }
    }
    return false;
  }

  private boolean canTalk(int chosen) {
    for (int a = 0; a < nodes.size(); a++) {
      if ((chosen >> a & 1) == 0) {
        continue;
      }
      if (!up.contains(nodes.get(a))) {
        return false;
      }
      for (int b = 0; b < nodes.size(); b++) {
        if ((chosen >> b & 1) != 0
            && a != b
            && cut.contains(new Direction(nodes.get(a), nodes.get(b)))) {
          return false;
        }
      }
    }
    return true;
  }
}
