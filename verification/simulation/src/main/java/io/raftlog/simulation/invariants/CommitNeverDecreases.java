package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;
import java.util.HashMap;
import java.util.Map;

/** A replica's commit index never decreases while it runs, and nothing below is truncated. */
final class CommitNeverDecreases implements Invariant {
  private final Map<NodeId, Long> commits = new HashMap<>();

  @Override
  public void afterStart(ReplicaState replica) {
    commits.put(replica.node(), replica.core().commitIndex());
  }

  @Override
  public void afterWork(ReplicaState replica) {
    long commit = replica.core().commitIndex();
    Long before = commits.put(replica.node(), commit);
    Violation.unless(
        before == null || commit >= before,
        name(),
        () -> replica.name() + " had committed up to " + before + ", now " + commit);
  }

  @Override
  public void onWrite(ReplicaState replica, StorageWrite write) {
    long commit = commits.getOrDefault(replica.node(), 0L);
    Violation.unless(
        write.truncateFrom() == 0 || write.truncateFrom() > commit,
        name(),
        () ->
            replica.name()
                + " truncates from "
                + write.truncateFrom()
                + ", committed is "
                + commit);
  }
}
