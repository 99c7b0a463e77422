package io.raftlog.internal.subscription;

import io.raftlog.Consistency;
import io.raftlog.LogRecord;
import io.raftlog.OffsetTrimmedException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A log whose records are its offsets, and that fails as it is told. */
final class FakeSource implements RecordSource {
  /** What the next calls fail with, one each. */
  final Deque<Throwable> failures = new ArrayDeque<>();

  final List<ReadOptions> reads = new ArrayList<>();
  int starts;
  long first;
  long retained;
  long end;
  private CompletableFuture<ReadResult> waiting = new CompletableFuture<>();
  private long waitsAt = -1;

  FakeSource(long first, long end) {
    this.first = first;
    this.end = end;
  }

  @Override
  public CompletableFuture<Long> firstOffset() {
    starts++;
    return failures.isEmpty()
        ? CompletableFuture.completedFuture(first)
        : CompletableFuture.failedFuture(failures.remove());
  }

  @Override
  public long endOffset() {
    return end;
  }

  @Override
  public CompletableFuture<ReadResult> read(long offset, ReadOptions options) {
    reads.add(options);
    if (!failures.isEmpty()) {
      return CompletableFuture.failedFuture(failures.remove());
    }
    if (offset < retained) {
      return CompletableFuture.failedFuture(new OffsetTrimmedException(offset, retained));
    }
    if (offset == end) {
      waiting = new CompletableFuture<>();
      waitsAt = offset;
      return waiting;
    }
    return CompletableFuture.completedFuture(result(offset, options.maxRecords()));
  }

  /** The read that waits at the end, or waited there last. */
  CompletableFuture<ReadResult> waiting() {
    return waiting;
  }

  void grow(long newEnd) {
    end = newEnd;
    waiting.complete(result(waitsAt, 1));
  }

  boolean lastReadWasLinearizable() {
    return reads.get(reads.size() - 1).consistency() == Consistency.LINEARIZABLE;
  }

  private ReadResult result(long offset, int most) {
    List<LogRecord> records = new ArrayList<>();
    while (records.size() < most && offset + records.size() < end) {
      records.add(record(offset + records.size()));
    }
    return new ReadResult(records, offset + records.size(), retained, end);
  }

  private static LogRecord record(long offset) {
    return new LogRecord(offset, 0, "p", offset, null, List.of(), ByteBuffer.allocate(0));
  }
}
