package io.raftlog.internal.replica;

import io.raftlog.BackpressureException;
import io.raftlog.CorruptedLogException;
import io.raftlog.LogFailedException;
import io.raftlog.LogRecord;
import io.raftlog.OffsetOutOfRangeException;
import io.raftlog.OffsetTrimmedException;
import io.raftlog.RaftLogException;
import io.raftlog.ReadResult;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.spi.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The records that are committed and applied here: from memory on the calling thread, from the
 * storage on the reading executor. Any thread.
 */
final class CommittedRecords {
  /** Most bytes of payload in one result, but one record at least: 4 MiB. */
  static final long MAX_RESULT_BYTES = 4L << 20;

  /** How much is read from the storage at once, so that the next reads find it in memory. */
  private static final int READ_AHEAD_BYTES = 1 << 20;

  private final ReplicaConfig config;
  private final TailCache cache;
  private final LogApplier applier;
  private final ReplicaPorts ports;
  private final Inbox inbox;
  private final ColdEntries cold = new ColdEntries();
  private volatile @Nullable RaftLogException closed;

  CommittedRecords(
      ReplicaConfig config, TailCache cache, LogApplier applier, ReplicaPorts ports, Inbox inbox) {
    this.config = config;
    this.cache = cache;
    this.applier = applier;
    this.ports = ports;
    this.inbox = inbox;
  }

  /** What is committed and applied here by now. */
  ReadView view() {
    return applier.view();
  }

  /** Why nothing can be read any more, or null. */
  @Nullable RaftLogException closed() {
    return closed;
  }

  void close(RaftLogException cause) {
    closed = cause;
  }

  /** Reads from an offset on; at the end of the log the result is empty. */
  CompletableFuture<ReadResult> read(long offset, int maxRecords) {
    RaftLogException cause = closed;
    if (cause != null) {
      return CompletableFuture.failedFuture(cause);
    }
    ReadView view = applier.view();
    if (offset < view.startOffset()) {
      return CompletableFuture.failedFuture(new OffsetTrimmedException(offset, view.startOffset()));
    }
    if (offset > view.endOffset()) {
      return CompletableFuture.failedFuture(
          new OffsetOutOfRangeException(offset, view.startOffset(), view.endOffset()));
    }
    List<LogRecord> records = new ArrayList<>(Math.min(maxRecords, 64));
    collect(offset, maxRecords, view, records);
    if (!records.isEmpty() || offset == view.endOffset()) {
      return CompletableFuture.completedFuture(result(offset, records, view));
    }
    return readStored(offset, maxRecords, view);
  }

  /** Adds what is in memory, from an offset on. */
  private void collect(long offset, int maxRecords, ReadView view, List<LogRecord> records) {
    int most = (int) Math.min(maxRecords, view.endOffset() - offset);
    long bytes = 0;
    long next = offset;
    while (records.size() < most && bytes < MAX_RESULT_BYTES) {
      LogEntry entry = inMemory(next);
      if (entry == null) {
        return;
      }
      int before = records.size();
      bytes += entry.collect(next, most, MAX_RESULT_BYTES - bytes, records);
      if (records.size() == before) {
        return;
      }
      next = offset + records.size();
    }
  }

  private @Nullable LogEntry inMemory(long offset) {
    LogEntry entry = cache.holding(offset);
    return entry == null ? cold.holding(offset) : entry;
  }

  private CompletableFuture<ReadResult> readStored(long offset, int maxRecords, ReadView view) {
    return onReadingThread(
        "offset " + offset,
        () -> {
          readAhead(offset);
          List<LogRecord> records = new ArrayList<>();
          collect(offset, maxRecords, view, records);
          if (records.isEmpty()) {
            throw new StorageException("the storage does not hold offset " + offset, null);
          }
          return result(offset, records, view);
        });
  }

  /**
   * The first offset whose record is not older than a time, or the end if there is none: by halves,
   * since timestamps never decrease along the log.
   *
   * @param epochMillis milliseconds since 1970
   */
  CompletableFuture<Long> offsetAt(long epochMillis) {
    RaftLogException cause = closed;
    if (cause != null) {
      return CompletableFuture.failedFuture(cause);
    }
    ReadView view = applier.view();
    return onReadingThread(
        "the first offset at " + epochMillis,
        () -> {
          long low = view.startOffset();
          long high = view.endOffset();
          while (low < high) {
            LogEntry entry = entryHolding(low + (high - low) / 2);
            if (entry.header().timestamp() < epochMillis) {
              low = entry.header().endOffset();
            } else {
              high = Math.max(low, entry.header().firstOffset());
            }
          }
          return low;
        });
  }

  /** Not kept in memory if it was not there: a search takes one entry here and one there. */
  private LogEntry entryHolding(long offset) {
    LogEntry known = inMemory(offset);
    if (known != null) {
      return known;
    }
    long index = ports.storage().indexOf(offset);
    List<ByteBuffer> found = ports.storage().read(index, 1);
    if (found.isEmpty()) {
      throw new StorageException("the storage does not hold offset " + offset, null);
    }
    return LogEntry.parse(found.get(0)).mustBe(index);
  }

  private <T> CompletableFuture<T> onReadingThread(String what, Supplier<T> read) {
    CompletableFuture<T> future = new CompletableFuture<>();
    try {
      ports.blockingReads().execute(() -> complete(future, what, read));
    } catch (RejectedExecutionException e) {
      RaftLogException cause = closed;
      future.completeExceptionally(cause == null ? tooManyReads() : cause);
    }
    return future;
  }

  private <T> void complete(CompletableFuture<T> future, String what, Supplier<T> read) {
    try {
      T found = read.get();
      tell(() -> future.complete(found));
    } catch (RuntimeException | Error e) {
      RaftLogException known = closed;
      RaftLogException cause = known == null ? unreadable(what, e) : known;
      if (known == null) {
        inbox.failed(e);
      }
      tell(() -> future.completeExceptionally(cause));
    }
  }

  /** Users' code must not keep a thread that followers may need to be brought up to date. */
  private void tell(Runnable outcome) {
    try {
      ports.callbacks().execute(outcome);
    } catch (RejectedExecutionException e) {
      outcome.run();
    }
  }

  /**
   * Reads the entry that holds an offset, and some after it. Kept are only those before the cache,
   * which are applied and durable: what is stored further on may be about to be replaced.
   */
  private void readAhead(long offset) {
    long cachedFrom = cache.fromIndex();
    long index = ports.storage().indexOf(offset);
    for (ByteBuffer bytes : ports.storage().read(index, READ_AHEAD_BYTES)) {
      if (index < cachedFrom) {
        cold.add(LogEntry.parse(bytes).mustBe(index).checkBody());
      }
      index++;
    }
  }

  private RaftLogException unreadable(String what, Throwable cause) {
    String message =
        "log "
            + config.logId()
            + ": "
            + what
            + " cannot be read on this node, whose replica stops; read it on another: "
            + cause.getMessage();
    boolean corrupted =
        cause instanceof MalformedEntryException
            || (cause instanceof StorageException failed && failed.isCorruption());
    return corrupted
        ? new CorruptedLogException(message, cause)
        : new LogFailedException(RaftLogException.Fate.NOT_APPENDED, message, cause);
  }

  private RaftLogException tooManyReads() {
    return new BackpressureException(
        "log " + config.logId() + ": too many reads wait already; read again when some are done");
  }

  private static ReadResult result(long offset, List<LogRecord> records, ReadView view) {
    return new ReadResult(records, offset + records.size(), view.startOffset(), view.endOffset());
  }
}
