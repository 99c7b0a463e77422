package io.raftlog.simulation.invariants;

import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;

/** Leader Append-Only: a leader never overwrites or deletes entries in its log. */
final class LeaderAppendOnly implements Invariant {
  @Override
  public void onWrite(ReplicaState replica, StorageWrite write) {
    Violation.unless(
        !replica.leads() || write.truncateFrom() == 0,
        name(),
        () -> replica.name() + " leads and truncates from " + write.truncateFrom());
  }
}
