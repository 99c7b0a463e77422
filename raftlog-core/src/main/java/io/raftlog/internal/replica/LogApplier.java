package io.raftlog.internal.replica;

import io.raftlog.internal.core.InvariantViolation;
import io.raftlog.internal.entry.Membership;

/**
 * Follows the commit index: feeds every committed entry, in order, once, to the tables and to the
 * appends that wait for it. Owned by the loop thread; readers see {@link #view}.
 */
final class LogApplier {
  private final EntryTail tail;
  private final Tables tables;
  private final long startOffset;
  private long appliedIndex;
  private Checkpoint.MembershipAt membership;
  private long appliedBytes;
  private volatile ReadView view;

  LogApplier(EntryTail tail, Checkpoint from) {
    this.tail = tail;
    this.tables = from.tables();
    this.startOffset = 0;
    this.appliedIndex = from.appliedIndex();
    this.membership = from.membership();
    this.view = new ReadView(startOffset, tail.appliedEndOffset());
  }

  /** Applies everything up to an index; the entries are in the tail. */
  void applyTo(long commitIndex, PendingAppends pending) {
    if (appliedIndex < commitIndex) {
      while (appliedIndex < commitIndex) {
        LogEntry entry = tail.get(appliedIndex + 1);
        if (entry == null) {
          throw new IllegalStateException(
              "committed entry " + (appliedIndex + 1) + " is not in memory");
        }
        apply(entry, pending);
      }
      view = new ReadView(startOffset, tail.appliedEndOffset());
    }
    pending.applied(appliedIndex);
  }

  /** Applies the next entry. */
  void apply(LogEntry entry, PendingAppends pending) {
    if (entry.index() != appliedIndex + 1
        || entry.header().firstOffset() != tail.appliedEndOffset()) {
      throw new InvariantViolation(
          "entry "
              + entry.index()
              + " with first offset "
              + entry.header().firstOffset()
              + " follows entry "
              + appliedIndex
              + " with end offset "
              + tail.appliedEndOffset());
    }
    Membership said = entry.extent().membership();
    if (said != null) {
      membership = new Checkpoint.MembershipAt(entry.index(), said);
    }
    tables.feed(entry, pending::settle);
    appliedIndex = entry.index();
    appliedBytes += entry.length();
    tail.applied(entry);
  }

  /**
   * The tables as they will be when everything in the tail is committed: what a leader checks
   * against.
   */
  Tables tablesWithTail() {
    Tables withTail = tables.copy();
    for (long index = appliedIndex + 1; index <= tail.cache().toIndex(); index++) {
      LogEntry entry = tail.get(index);
      if (entry == null) {
        throw new IllegalStateException("uncommitted entry " + index + " is not in memory");
      }
      withTail.feed(entry, subject -> {});
    }
    return withTail;
  }

  /** The tables of what is committed. */
  Tables tables() {
    return tables;
  }

  /** The tables as they are now. */
  Checkpoint checkpoint() {
    return new Checkpoint(
        appliedIndex,
        tail.appliedEndOffset(),
        tail.lastTimestamp(),
        tail.lastLogTime(),
        membership,
        tables);
  }

  long appliedIndex() {
    return appliedIndex;
  }

  /** Bytes of all entries applied since this replica was started. */
  long appliedBytes() {
    return appliedBytes;
  }

  /** What readers may see; any thread. */
  ReadView view() {
    return view;
  }
}
