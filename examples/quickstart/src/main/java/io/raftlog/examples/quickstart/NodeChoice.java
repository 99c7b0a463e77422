package io.raftlog.examples.quickstart;

import io.raftlog.RaftLog;
import java.util.List;
import java.util.function.Supplier;

/** Which of several nodes to append on: any will do. Owned by one thread. */
final class NodeChoice {
  private final List<Supplier<RaftLog>> nodes;
  private int current;

  /**
   * Begins with the node at that place. A node that is started anew has a new log: hence suppliers.
   */
  NodeChoice(List<Supplier<RaftLog>> nodes, int first) {
    this.nodes = List.copyOf(nodes);
    this.current = first % nodes.size();
  }

  RaftLog log() {
    return nodes.get(current).get();
  }

  void moveOn() {
    current = (current + 1) % nodes.size();
  }
}
