package io.raftlog.simulation.invariants;

import io.raftlog.simulation.checkers.Violation;

/**
 * State Machine Safety: if a server has applied a log entry at a given index, no other server will
 * ever apply a different log entry for the same index.
 */
final class StateMachineSafety implements Invariant {
  private final CommittedLog committed;

  StateMachineSafety(CommittedLog committed) {
    this.committed = committed;
  }

  @Override
  public void afterStart(ReplicaState replica) {
    check(replica);
  }

  @Override
  public void afterWork(ReplicaState replica) {
    check(replica);
  }

  private void check(ReplicaState replica) {
    long commit = replica.core().commitIndex();
    Violation.unless(
        commit <= replica.lastIndex(),
        name(),
        () -> replica.name() + " committed " + commit + ", its log ends at " + replica.lastIndex());
    for (long index = committed.lastIndex() + 1; index <= commit; index++) {
      committed.add(
          new CommittedLog.Committed(
              replica.entryAt(index), replica.prefixHashAt(index), replica.core().term()));
    }
    if (commit == 0) {
      return;
    }
    CommittedLog.Committed other = committed.at(commit);
    Violation.unless(
        replica.prefixHashAt(commit) == other.prefixHash(),
        name(),
        () -> replica.name() + " has committed another log up to entry " + commit);
  }
}
