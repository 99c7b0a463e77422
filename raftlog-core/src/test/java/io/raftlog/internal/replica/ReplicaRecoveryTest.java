package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.AppendResult;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.memory.MemoryStorage;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReplicaRecoveryTest {
  private static final int RECORDS = 60;
  private static final int RECORD_BYTES = 10_000;

  /** Knows which of the entries that were read from it are still in use. */
  private static final class WatchedLog implements LogStorage {
    private final LogStorage log;
    private final List<WeakReference<byte[]>> read = new ArrayList<>();

    WatchedLog(LogStorage log) {
      this.log = log;
    }

    long bytesInUse() {
      return read.stream()
          .mapToLong(
              reference -> {
                byte[] bytes = reference.get();
                return bytes == null ? 0 : bytes.length;
              })
          .sum();
    }

    @Override
    public StoredState storedState() {
      return log.storedState();
    }

    @Override
    public void write(StorageWrite write) {
      log.write(write);
    }

    @Override
    public List<ByteBuffer> read(long fromIndex, int maxBytes) {
      List<ByteBuffer> entries = new ArrayList<>();
      for (ByteBuffer entry : log.read(fromIndex, maxBytes)) {
        byte[] bytes = new byte[entry.remaining()];
        entry.duplicate().get(bytes);
        read.add(new WeakReference<>(bytes));
        entries.add(ByteBuffer.wrap(bytes));
      }
      return entries;
    }

    @Override
    public long indexOf(long offset) {
      return log.indexOf(offset);
    }
  }

  /**
   * Seen: a node with many logs ran out of memory each time that it was started after a crash,
   * since each log kept all that it had replayed until the last one was open.
   */
  @Test
  void shouldKeepNoMoreOfWhatItReplaysThanTheCacheTakes() {
    // given: a log that was not closed, so that no checkpoint is near its end
    ReplicaConfig config = Configs.of(1, 1, 10, 2 * RECORD_BYTES);
    MemoryStorage storage = new MemoryStorage();
    storage.open("cluster", Configs.node(1));
    Replica before =
        Replicas.lonely(
            config, new SplittableRandom(1), listener -> storage.openLog(config.logId(), listener));
    appendAll(before);
    storage.close();
    // when
    MemoryStorage reopened = storage.reopened();
    reopened.open("cluster", Configs.node(1));
    WatchedLog[] watched = new WatchedLog[1];
    Replica recovered =
        Replicas.lonely(
            config,
            new SplittableRandom(1),
            listener -> {
              watched[0] = new WatchedLog(reopened.openLog(config.logId(), listener));
              return watched[0];
            });
    // then: the last entry may not be known to be committed
    assertThat(recovered.reader().endOffset()).isGreaterThanOrEqualTo(RECORDS - 1);
    assertThat(watched[0].read).hasSizeGreaterThan(RECORDS);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              System.gc();
              return watched[0].bytesInUse() <= 4 * RECORD_BYTES;
            });
    assertThat(recovered.isClosed()).isFalse(); // and so it is still in use
  }

  private static void appendAll(Replica replica) {
    long now = 0;
    for (int i = 0; i < RECORDS; i++) {
      CompletableFuture<AppendResult> append =
          replica
              .appends()
              .append(ProducerId.of("p"), 0, i, RecordBodies.of(List.of(new byte[RECORD_BYTES])));
      for (int round = 0; !append.isDone() && round < 10_000; round++) {
        replica.doWork(now);
        now = Math.max(now + 1, Math.min(replica.nextDeadlineNanos(now), now + 1_000));
      }
      assertThat(append).isCompleted();
    }
  }
}
