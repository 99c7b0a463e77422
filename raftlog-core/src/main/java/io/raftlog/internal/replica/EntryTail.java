package io.raftlog.internal.replica;

import io.raftlog.internal.core.WantedControl;
import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.Membership;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log: the entries in memory, the next offset, and the two clocks that are stamped
 * on entries. Owned by the loop thread; readers see only its cache.
 */
final class EntryTail {
  private final TailCache cache;
  private final LongSupplier wallMillis;

  /** Between two rounds of the loop no more than this counts. */
  private final long mostNanosOfRound;

  /** The end offset of everything up to the last applied entry. */
  private long appliedEndOffset;

  /** The highest stamps of any entry seen; they also hold when that entry was replaced. */
  private long lastTimestamp;

  private long lastLogTime;

  /** While leading: log time is this much ahead of the steady clock. */
  private long logTimeMinusSteady;

  private long nowNanos;

  EntryTail(ReplicaConfig config, TailCache cache, LongSupplier wallMillis, Checkpoint from) {
    this.cache = cache;
    this.wallMillis = wallMillis;
    // A leader comes round at least once in an election timeout.
    this.mostNanosOfRound = 2 * config.core().electionTimeoutNanos();
    this.appliedEndOffset = from.endOffset();
    this.lastTimestamp = from.timestamp();
    this.lastLogTime = from.logTimeNanos();
  }

  TailCache cache() {
    return cache;
  }

  /**
   * A process that stands still, with all others, leads again when it goes on. Nobody could append
   * meanwhile, so nobody grows old by it.
   */
  void setNow(long now) {
    logTimeMinusSteady -= Math.max(0, now - nowNanos - mostNanosOfRound);
    nowNanos = now;
  }

  /** Log time goes on from where the last leader's stood: without a leader it stands still. */
  void beginToLead() {
    logTimeMinusSteady = lastLogTime - nowNanos;
  }

  long nextLogTime() {
    return Math.max(lastLogTime, nowNanos + logTimeMinusSteady);
  }

  /** Wall clock, but never before an earlier entry's. */
  long nextTimestamp() {
    return Math.max(lastTimestamp, wallMillis.getAsLong());
  }

  /** The offset that the next record gets. */
  long endOffset() {
    LogEntry last = cache.get(cache.toIndex());
    return last == null ? appliedEndOffset : last.header().endOffset();
  }

  void applied(LogEntry entry) {
    appliedEndOffset = entry.header().endOffset();
  }

  long appliedEndOffset() {
    return appliedEndOffset;
  }

  long lastTimestamp() {
    return lastTimestamp;
  }

  long lastLogTime() {
    return lastLogTime;
  }

  void append(LogEntry entry) {
    cache.append(entry);
    lastTimestamp = Math.max(lastTimestamp, entry.header().timestamp());
    lastLogTime = Math.max(lastLogTime, entry.header().logTimeNanos());
  }

  /** Makes the control entry that the algorithm asks for. */
  LogEntry control(WantedControl wanted, long index, long term) {
    Membership membership = wanted.membership();
    int bodyBytes = membership == null ? 0 : membership.encodedBytes();
    ByteBuffer entry = ByteBuffer.allocate(EntryLayout.HEADER_BYTES + bodyBytes);
    if (membership != null) {
      membership.encode(entry.duplicate().position(EntryLayout.HEADER_BYTES));
    }
    return LogEntry.seal(
        new EntryHeader(
            membership == null ? EntryKind.NO_OP : EntryKind.MEMBERSHIP,
            entry.limit(),
            0,
            index,
            term,
            endOffset(),
            nextTimestamp(),
            nextLogTime()),
        entry);
  }

  @Nullable LogEntry get(long index) {
    return cache.get(index);
  }
}
