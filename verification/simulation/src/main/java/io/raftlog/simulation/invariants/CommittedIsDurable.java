package io.raftlog.simulation.invariants;

import io.raftlog.internal.entry.Membership;
import io.raftlog.simulation.checkers.Violation;

/** What is committed is durable on a majority of the membership in force, on both of a change. */
final class CommittedIsDurable implements Invariant {
  private final CommittedLog committed;
  private final ClusterState cluster;

  /** Must be asked before {@link StateMachineSafety} takes the commit in. */
  CommittedIsDurable(CommittedLog committed, ClusterState cluster) {
    this.committed = committed;
    this.cluster = cluster;
  }

  @Override
  public void afterWork(ReplicaState replica) {
    long commit = replica.core().commitIndex();
    if (commit <= committed.lastIndex()) {
      return;
    }
    Membership membership = replica.core().membership();
    long hash = replica.prefixHashAt(commit);
    boolean durable =
        membership != null
            && membership.quorumMatch(m -> cluster.durablyHolds(m, commit, hash) ? 1 : 0) == 1;
    Violation.unless(
        durable,
        name(),
        () ->
            replica.name()
                + " commits entry "
                + commit
                + ", which no majority of "
                + membership
                + " has on disk");
  }
}
