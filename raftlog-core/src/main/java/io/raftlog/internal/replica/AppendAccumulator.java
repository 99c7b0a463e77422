package io.raftlog.internal.replica;

import io.raftlog.AppendResult;
import io.raftlog.BackpressureException;
import io.raftlog.RaftLogException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where callers' appends wait for the loop to come round. Any thread adds, the loop thread takes; a
 * lock is held while an append is copied. Bounded in bytes and appends by what has no outcome yet,
 * wherever it is by then.
 */
public final class AppendAccumulator {
  private final ReplicaConfig config;
  private final Runnable wakeUp;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicLong inFlightBytes = new AtomicLong();
  private final AtomicInteger inFlightAppends = new AtomicInteger();

  /** Guarded by the lock; the last one is open. */
  private final ArrayDeque<AppendBatch> batches = new ArrayDeque<>();

  /** Guarded by the lock; why nothing can be appended any more. */
  private @Nullable RaftLogException closed;

  /**
   * What the last batch was filled in, for the next one: one array is filled while the other one is
   * taken and copied. At most {@link AppendBatch#MAX_KEPT_ROOM_BYTES} long.
   */
  private final AtomicReference<byte @Nullable []> spareRoom = new AtomicReference<>();

  /** Read without the lock: only tells whether taking is worth while. */
  private volatile long openBytes;

  AppendAccumulator(ReplicaConfig config, Runnable wakeUp) {
    this.config = config;
    this.wakeUp = wakeUp;
  }

  /** Appends records, under a registration of their producer or, if that is 0, without. */
  public CompletableFuture<AppendResult> append(
      ProducerId producer, long registration, long firstSequence, RecordBodies records) {
    long bytes = EntryDraft.bytesFor(producer, records);
    return add(
        bytes, batch -> batch.add(producer, registration, firstSequence, records, bytes).future);
  }

  /** Appends a control run; it does not get into the log if something else has come first. */
  public CompletableFuture<ControlOutcome> append(ControlRun run) {
    PendingAppend.Control control = new PendingAppend.Control(run);
    return add(
        control.reservedBytes,
        batch -> {
          batch.add(control);
          return control.future;
        });
  }

  private <T> CompletableFuture<T> add(
      long bytes, Function<AppendBatch, CompletableFuture<T>> append) {
    BackpressureException refused = reserve(bytes);
    if (refused != null) {
      RaftLogException over = closed();
      return CompletableFuture.failedFuture(over == null ? refused : over);
    }
    @Nullable CompletableFuture<T> future = null;
    boolean worthWaking;
    lock.lock();
    try {
      if (closed != null) {
        return CompletableFuture.failedFuture(closed);
      }
      future = append.apply(openBatch(bytes));
      long before = openBytes;
      openBytes = before + bytes;
      worthWaking =
          before == 0 || (before < config.maxBatchBytes() && openBytes >= config.maxBatchBytes());
    } finally {
      lock.unlock();
      if (future == null) {
        release(bytes); // closed, or there was no memory to encode it
      }
    }
    if (worthWaking) {
      wakeUp.run();
    }
    return future;
  }

  private AppendBatch openBatch(long bytes) {
    AppendBatch open = batches.peekLast();
    if (open == null || open.length() + bytes > config.maxBatchBytes()) {
      byte[] spare = spareRoom.getAndSet(null);
      byte[] room = spare == null ? new byte[EntryDraft.SMALLEST_ROOM_BYTES] : spare;
      open = new AppendBatch(room, spareRoom::set);
      batches.add(open);
    }
    return open;
  }

  private @Nullable RaftLogException closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable BackpressureException reserve(long bytes) {
    long allBytes = inFlightBytes.addAndGet(bytes);
    int appends = inFlightAppends.incrementAndGet();
    boolean fits = allBytes <= config.maxInFlightBytes() && appends <= config.maxInFlightAppends();
    if (fits) {
      return null;
    }
    release(bytes);
    return new BackpressureException(
        "log "
            + config.logId()
            + ": "
            + (appends - 1)
            + " appends of "
            + (allBytes - bytes)
            + " bytes have no outcome yet (limits "
            + config.maxInFlightAppends()
            + " and "
            + config.maxInFlightBytes()
            + "); nothing was appended, retry when some have completed");
  }

  /** An append has an outcome. */
  void release(long bytes) {
    inFlightBytes.addAndGet(-bytes);
    inFlightAppends.decrementAndGet();
  }

  /** About how many bytes wait. */
  long waitingBytes() {
    return openBytes;
  }

  /** Hands over everything that waits, in order; nothing is taken if there is no memory for it. */
  void takeInto(Collection<AppendBatch> taken) {
    if (openBytes == 0) {
      return;
    }
    lock.lock();
    try {
      taken.addAll(batches);
      batches.clear();
      openBytes = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses everything from now on. */
  void close(RaftLogException why) {
    lock.lock();
    try {
      closed = why;
    } finally {
      lock.unlock();
    }
  }
}
