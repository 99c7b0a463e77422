package io.raftlog.simulation.invariants;

import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;

/**
 * At most one membership change is uncommitted, and a leader begins none before an entry of its own
 * term is committed (the bug of single-server changes, and thesis §4.1).
 */
final class OneMembershipChange implements Invariant {
  @Override
  public void onWrite(ReplicaState replica, StorageWrite write) {
    if (!replica.leads()) {
      return;
    }
    long commit = replica.core().commitIndex();
    for (StoredEntry entry : write.entries()) {
      boolean begins = entry.index() > 1 && isMembership(entry);
      Violation.unless(
          !begins || replica.core().termAt(commit) == replica.core().term(),
          name(),
          () ->
              replica.name() + " changes the membership before it committed an entry of its term");
      Violation.unless(
          !begins || noneBetween(replica, commit, entry.index()),
          name(),
          () -> replica.name() + " changes the membership twice before " + entry.index());
    }
  }

  private static boolean noneBetween(ReplicaState replica, long after, long before) {
    for (long index = after + 1; index < before; index++) {
      if (isMembership(replica.entryAt(index))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMembership(StoredEntry entry) {
    return entry.recordCount() == 0
        && EntryLayout.header(entry.bytes().duplicate()).kind() == EntryKind.MEMBERSHIP;
  }
}
