package io.raftlog.rocksdb;

import io.raftlog.spi.StorageListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Remembers what a storage reports. */
final class RecordingListener implements StorageListener {
  /** A report of a failure. */
  record Failure(long writeId, Throwable cause) {}

  final List<Long> durable = new CopyOnWriteArrayList<>();
  final List<Failure> failures = new CopyOnWriteArrayList<>();

  @Override
  public void onDurable(long writeId) {
    durable.add(writeId);
  }

  @Override
  public void onFailure(long writeId, Throwable cause) {
    failures.add(new Failure(writeId, cause));
  }

  long lastDurable() {
    return durable.isEmpty() ? 0 : durable.get(durable.size() - 1);
  }

  void awaitDurable(long writeId) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              if (!failures.isEmpty()) {
                throw new AssertionError("failed", failures.get(0).cause());
              }
              return lastDurable() >= writeId;
            });
  }

  void awaitFailure() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> !failures.isEmpty());
  }
}
