package io.raftlog.jepsen.nemesis;

import java.util.List;

/** Nodes that were started again and did not answer in time. */
final class NodeDidNotStartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NodeDidNotStartException(List<String> nodes) {
    super(String.join(",", nodes));
  }
}
