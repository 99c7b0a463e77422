package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;

/** Election Safety: at most one leader can be elected in a given term. */
final class ElectionSafety implements Invariant {
  private final Map<Long, NodeId> leaders = new HashMap<>();

  @Override
  public void afterWork(ReplicaState replica) {
    if (replica.leads()) {
      leads(replica.core().term(), replica.node());
    }
  }

  @Override
  public void onSend(ReplicaState replica, Envelope envelope) {
    if (envelope.message().kind() == RaftMessage.Kind.APPEND_REQUEST) {
      leads(envelope.message().term(), envelope.from());
    }
  }

  private void leads(long term, NodeId node) {
    NodeId other = leaders.putIfAbsent(term, node);
    Violation.unless(
        other == null || other.equals(node),
        name(),
        () -> node + " and " + other + " both lead in term " + term);
  }
}
