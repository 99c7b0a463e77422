package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;

/**
 * Leader Completeness: if a log entry is committed in a given term, then that entry will be present
 * in the logs of the leaders for all higher-numbered terms.
 */
final class LeaderCompleteness implements Invariant {
  private final CommittedLog committed;
  private final Map<NodeId, Long> ledTerm = new HashMap<>();

  LeaderCompleteness(CommittedLog committed) {
    this.committed = committed;
  }

  @Override
  public void afterWork(ReplicaState replica) {
    long term = replica.core().term();
    if (!replica.leads() || ledTerm.getOrDefault(replica.node(), -1L) == term) {
      return;
    }
    ledTerm.put(replica.node(), term);
    long index = lastCommittedBefore(term);
    Violation.unless(
        index == 0 || replica.prefixHashAt(index) == committed.at(index).prefixHash(),
        name(),
        () -> replica.name() + " leads without what is committed up to entry " + index);
  }

  private long lastCommittedBefore(long term) {
    long index = committed.lastIndex();
    while (index > 0 && committed.at(index).inTerm() >= term) {
      index--;
    }
    return index;
  }
}
