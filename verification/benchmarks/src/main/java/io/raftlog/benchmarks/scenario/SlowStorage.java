package io.raftlog.benchmarks.scenario;

import io.raftlog.NodeId;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A storage whose every write takes so much longer, one after another, as on a disk that is slow.
 * It is quick until it is told otherwise, which any thread may do.
 */
final class SlowStorage implements NodeStorage {
  private final NodeStorage storage;
  private final List<ExecutorService> threads = new ArrayList<>();
  private volatile long delayNanos;

  SlowStorage(NodeStorage storage) {
    this.storage = storage;
  }

  /** From now on every write takes so much longer. */
  void delay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  @Override
  public UUID open(String clusterId, NodeId nodeId) {
    return storage.open(clusterId, nodeId);
  }

  @Override
  public LogStorage openLog(String logId, StorageListener listener) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "slow-" + logId);
              made.setDaemon(true);
              return made;
            });
    threads.add(thread);
    return new SlowLog(storage.openLog(logId, listener), thread);
  }

  @Override
  public void close() {
    delayNanos = 0;
    boolean interrupted = false;
    for (ExecutorService thread : threads) {
      thread.shutdown();
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    storage.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hands writes over in order, late. */
  private final class SlowLog implements LogStorage {
    private final LogStorage log;
    private final ExecutorService thread;

    SlowLog(LogStorage log, ExecutorService thread) {
      this.log = log;
      this.thread = thread;
    }

    @Override
    public StoredState storedState() {
      return log.storedState();
    }

    @Override
    public void write(StorageWrite write) {
      thread.execute(
          () -> {
            long until = System.nanoTime() + delayNanos;
            for (long left = delayNanos; left > 0; left = until - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            log.write(write);
          });
    }

    @Override
    public List<ByteBuffer> read(long fromIndex, int maxBytes) {
      return log.read(fromIndex, maxBytes);
    }

    @Override
    public long indexOf(long offset) {
      return log.indexOf(offset);
    }
  }
}
