package io.raftlog.testkit;

import io.raftlog.spi.StorageListener;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A listener that remembers what a storage reported, and notices what must never happen: a report
 * of a write that was not handed over, or after the storage was closed. Any thread.
 */
final class StorageRecorder implements StorageListener {
  /** A report of a failure. */
  record Failure(long writeId, Throwable cause) {}

  private final String logId;
  private final AtomicLong lastDurable = new AtomicLong();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final Set<String> violations = ConcurrentHashMap.newKeySet();
  private volatile long lastHandedOver;
  private volatile boolean closed;

  StorageRecorder(String logId) {
    this.logId = logId;
  }

  /** Must be called before the write is handed over. */
  void handsOver(long writeId) {
    lastHandedOver = writeId;
  }

  /** From now on every call is a violation. */
  void storageWasClosed() {
    closed = true;
  }

  @Override
  public void onDurable(long writeId) {
    check("onDurable", writeId);
    Failure first = failures.peek();
    if (first != null && writeId > lastDurable.get()) {
      violations.add(
          "onDurable of log " + logId + " came after onFailure of write " + first.writeId());
    }
    lastDurable.accumulateAndGet(writeId, Math::max);
  }

  @Override
  public void onFailure(long writeId, Throwable cause) {
    check("onFailure", writeId);
    if (writeId <= lastDurable.get()) {
      violations.add("onFailure of log " + logId + " for a write that was durable: " + writeId);
    }
    failures.add(new Failure(writeId, cause));
  }

  private void check(String method, long writeId) {
    if (closed) {
      violations.add(method + " of log " + logId + " was called after close had returned");
    }
    if (writeId < 1 || writeId > lastHandedOver) {
      violations.add(
          method
              + " of log "
              + logId
              + " was called with write "
              + writeId
              + ", of those that were handed over the last one was "
              + lastHandedOver);
    }
  }

  long lastDurable() {
    return lastDurable.get();
  }

  /** The first failure, or null as long as there is none. */
  @Nullable Failure failure() {
    return failures.peek();
  }

  boolean hasFailed(long writeId) {
    return failures.stream().anyMatch(failure -> failure.writeId() == writeId);
  }

  Set<String> violations() {
    return Set.copyOf(violations);
  }
}
