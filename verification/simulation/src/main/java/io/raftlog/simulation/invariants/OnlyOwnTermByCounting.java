package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;

/** A leader commits by counting replicas only entries of its own term (§5.4.2, figure 8). */
final class OnlyOwnTermByCounting implements Invariant {
  private final Map<NodeId, Long> commits = new HashMap<>();

  @Override
  public void afterStart(ReplicaState replica) {
    commits.put(replica.node(), replica.core().commitIndex());
  }

  @Override
  public void afterWork(ReplicaState replica) {
    long commit = replica.core().commitIndex();
    Long before = commits.put(replica.node(), commit);
    boolean advanced = before != null && commit > before;
    if (!advanced || !replica.leads()) {
      return;
    }
    long term = replica.core().termAt(commit);
    Violation.unless(
        term == replica.core().term(),
        name(),
        () -> replica.name() + " commits entry " + commit + " of term " + term);
  }
}
