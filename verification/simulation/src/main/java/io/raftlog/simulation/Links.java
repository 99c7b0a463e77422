package io.raftlog.simulation;

import java.util.function.BiPredicate;

/** Which node can send to which. */
final class Links {
  private final int nodes;
  private final boolean[][] cut;
  private final boolean[] starved;

  Links(int nodes) {
    this.nodes = nodes;
    this.cut = new boolean[nodes][nodes];
    this.starved = new boolean[nodes];
  }

  boolean isCut(int from, int to) {
    return cut[from][to];
  }

  /** From now on a node gets messages, but none that carries entries. */
  void starve(int node) {
    starved[node] = true;
  }

  /** Ends {@link #starve} for all. */
  void feedAll() {
    java.util.Arrays.fill(starved, false);
  }

  boolean isStarved(int node) {
    return starved[node];
  }

  void cut(int from, int to) {
    cut[from][to] = true;
  }

  void cutBothWays(int one, int other) {
    cut[one][other] = true;
    cut[other][one] = true;
  }

  /** Cuts every link, by direction, of which this holds. */
  void cutWhere(BiPredicate<Integer, Integer> which) {
    for (int from = 0; from < nodes; from++) {
      for (int to = 0; to < nodes; to++) {
        cut[from][to] |= from != to && which.test(from, to);
      }
    }
  }

  void heal(int one, int other) {
    cut[one][other] = false;
    cut[other][one] = false;
  }

  void healAll() {
    for (boolean[] row : cut) {
      java.util.Arrays.fill(row, false);
    }
  }
}
