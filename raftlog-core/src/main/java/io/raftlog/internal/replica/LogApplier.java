package io.raftlog.internal.replica;

import io.raftlog.internal.core.InvariantViolation;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.producer.ProducerTable;
import java.util.function.Consumer;

/**
 * Follows the commit index: feeds every committed entry, in order, once, to the producer table and
 * to the appends that wait for it. Owned by the loop thread; readers see {@link #view}.
 */
final class LogApplier {
  private final EntryTail tail;
  private final ProducerTable producers;
  private final long startOffset;
  private long appliedIndex;
  private Checkpoint.MembershipAt membership;
  private long appliedBytes;
  private volatile ReadView view;

  LogApplier(EntryTail tail, ProducerTable producers, Checkpoint from) {
    this.tail = tail;
    this.producers = producers;
    this.startOffset = 0;
    this.appliedIndex = from.appliedIndex();
    this.membership = from.membership();
    this.view = new ReadView(startOffset, tail.appliedEndOffset());
  }

  /** Applies everything up to an index; the entries are in the tail. */
  void applyTo(long commitIndex, PendingAppends pending) {
    if (appliedIndex >= commitIndex) {
      return;
    }
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
    feed(entry, producers, pending::settle);
    appliedIndex = entry.index();
    appliedBytes += entry.length();
    tail.applied(entry);
  }

  private static void feed(LogEntry entry, ProducerTable table, Consumer<ProducerId> afterRun) {
    Membership said = entry.extent().membership();
    if (said != null) {
      table.limitTo(said.settings());
    }
    table.advanceTo(entry.header().logTimeNanos());
    if (!entry.holdsRecords()) {
      return;
    }
    long offset = entry.header().firstOffset();
    for (RunCursor run = entry.runs(); run.nextRun(); ) {
      if (run.isRegistration()) {
        table.register(run.producer(), run.replaces(), run.nonce(), entry.index());
      } else {
        table.apply(run, offset, entry.header().timestamp());
      }
      offset += run.count();
      afterRun.accept(run.producer());
    }
  }

  /**
   * The table as it will be when everything in the tail is committed: what a leader checks against.
   */
  ProducerTable tableWithTail() {
    ProducerTable table = producers.copy();
    for (long index = appliedIndex + 1; index <= tail.cache().toIndex(); index++) {
      LogEntry entry = tail.get(index);
      if (entry == null) {
        throw new IllegalStateException("uncommitted entry " + index + " is not in memory");
      }
      feed(entry, table, producer -> {});
    }
    return table;
  }

  /** The table of what is committed. */
  ProducerTable table() {
    return producers;
  }

  /** The tables as they are now. */
  Checkpoint checkpoint() {
    return new Checkpoint(
        appliedIndex,
        tail.appliedEndOffset(),
        tail.lastTimestamp(),
        tail.lastLogTime(),
        membership,
        producers);
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
