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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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

  /** What the reading executor has been asked for: a disk may keep its threads for ever. */
  private final Set<StorageRead<?>> storageReads = ConcurrentHashMap.newKeySet();

  private volatile @Nullable RaftLogException closed;

  /** Something that the storage is asked for, and who waits for it. */
  private static final class StorageRead<T> {
    final CompletableFuture<T> future = new CompletableFuture<>();
  }

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

  /** From now on nothing can be read here; whoever waits for the storage is told. */
  void close(RaftLogException cause) {
    closed = cause;
    List<Runnable> outcomes = new ArrayList<>();
    storageReads.forEach(read -> outcomes.add(() -> read.future.completeExceptionally(cause)));
    if (!outcomes.isEmpty()) {
      ports.callbacks().executeAll(outcomes);
    }
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
    if (offset == view.endOffset()) {
      return CompletableFuture.completedFuture(result(offset, List.of(), view));
    }
    LogEntry first = inMemory(offset);
    return first == null
        ? readStored(offset, maxRecords, view)
        : CompletableFuture.completedFuture(collect(first, offset, maxRecords, view));
  }

  /** What an entry has from an offset on, and what is in memory after it. */
  private ReadResult collect(LogEntry first, long offset, int maxRecords, ReadView view) {
    int most = (int) Math.min(maxRecords, view.endOffset() - offset);
    List<LogRecord> records = new ArrayList<>(Math.min(most, 64));
    long bytes = 0;
    LogEntry entry = first;
    while (entry != null) {
      int before = records.size();
      bytes += entry.collect(offset + before, most, MAX_RESULT_BYTES - bytes, records);
      boolean goesOn = records.size() > before && records.size() < most && bytes < MAX_RESULT_BYTES;
      entry = goesOn ? inMemory(offset + records.size()) : null;
    }
    return result(offset, records, view);
  }

  private @Nullable LogEntry inMemory(long offset) {
    LogEntry entry = cache.holding(offset);
    return entry == null ? cold.holding(offset) : entry;
  }

  private CompletableFuture<ReadResult> readStored(long offset, int maxRecords, ReadView view) {
    return onReadingThread(
        "offset " + offset,
        () -> {
          LogEntry known = inMemory(offset); // a read before this one may have brought it
          if (known != null) {
            return collect(known, offset, maxRecords, view);
          }
          List<LogEntry> stored = stored(offset, READ_AHEAD_BYTES);
          stored.forEach(cold::add);
          return collect(stored.get(0), offset, maxRecords, view);
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
    return known == null ? stored(offset, 1).get(0) : known;
  }

  private <T> CompletableFuture<T> onReadingThread(String what, Supplier<T> read) {
    StorageRead<T> waiting = new StorageRead<>();
    storageReads.add(waiting);
    boolean refused = false;
    try {
      ports.blockingReads().execute(() -> complete(waiting, what, read));
    } catch (RejectedExecutionException e) {
      refused = true;
    }
    RaftLogException cause = closed; // perhaps since before this one was among those that wait
    if (refused || cause != null) {
      storageReads.remove(waiting);
      waiting.future.completeExceptionally(cause == null ? tooManyReads() : cause);
    }
    return waiting.future;
  }

  private <T> void complete(StorageRead<T> waiting, String what, Supplier<T> read) {
    CompletableFuture<T> future = waiting.future;
    Runnable outcome;
    try {
      RaftLogException over = closed;
      if (over != null) {
        throw over; // nobody waits for the storage when the node closes
      }
      T found = read.get();
      outcome = () -> future.complete(found);
      storageReads.remove(waiting);
    } catch (Throwable e) {
      RaftLogException known = closed;
      try {
        RaftLogException cause = known == null ? unreadable(what, e) : known;
        outcome = () -> future.completeExceptionally(cause);
        storageReads.remove(waiting); // who waits is told what went wrong, not what comes of it
      } finally {
        if (known == null) {
          inbox.failed(e);
        }
      }
    }
    // Users' code must not keep a thread that followers may need to be brought up to date.
    ports.callbacks().execute(outcome);
  }

  /**
   * Reads the entry that holds an offset, which was not in memory, and some after it. Only those
   * before the cache, which are applied and durable: what is stored further on may be about to be
   * replaced.
   */
  private List<LogEntry> stored(long offset, int maxBytes) {
    long cachedFrom = cache.fromIndex();
    long index = ports.storage().indexOf(offset);
    List<LogEntry> entries = new ArrayList<>();
    for (ByteBuffer bytes : ports.storage().read(index, maxBytes)) {
      if (index < cachedFrom) {
        entries.add(LogEntry.parse(bytes).mustBe(index).checkBody());
      }
      index++;
    }
    if (entries.isEmpty() || !entries.get(0).holds(offset)) {
      throw StorageException.corrupted("the storage does not hold offset " + offset, null);
    }
    return entries;
  }

  private RaftLogException unreadable(String what, Throwable cause) {
    String message =
        "log "
            + config.logId()
            + ": "
            + what
            + " cannot be read on this node, whose replica stops; read it on another: "
            + LogFailures.reason(cause);
    boolean corrupted =
        cause instanceof MalformedEntryException
            || (cause instanceof StorageException failed && failed.isCorruption());
    return corrupted
        ? new CorruptedLogException(message, cause)
        : new LogFailedException(RaftLogException.Fate.NOT_APPENDED, message, cause);
  }

  private RaftLogException tooManyReads() {
    return new BackpressureException(
        "log "
            + config.logId()
            + ": too many reads wait already, or no thread could be started for this one; read again"
            + " when some are done");
  }

  private static ReadResult result(long offset, List<LogRecord> records, ReadView view) {
    return new ReadResult(records, offset + records.size(), view.startOffset(), view.endOffset());
  }
}
