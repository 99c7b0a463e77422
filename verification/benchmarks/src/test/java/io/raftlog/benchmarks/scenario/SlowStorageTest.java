package io.raftlog.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.memory.MemoryStorage;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlowStorageTest {
  private static final Duration DELAY = Duration.ofMillis(30);

  private final BlockingQueue<Long> durable = new LinkedBlockingQueue<>();

  @Test
  void shouldTakeLongerForEveryWriteAndKeepTheirOrder() throws InterruptedException {
    SlowStorage storage = new SlowStorage(new MemoryStorage());
    storage.open("test", new NodeId("n1"));
    LogStorage log = storage.openLog("log", new Durable());
    log.storedState();
    storage.delay(DELAY);

    long startNanos = System.nanoTime();
    log.write(hardState(1));
    log.write(hardState(2));

    long last = 0;
    while (last < 2) {
      Long id = durable.poll(10, TimeUnit.SECONDS);
      assertThat(id).isGreaterThan(last);
      last = id;
    }
    assertThat(System.nanoTime() - startNanos)
        .isGreaterThanOrEqualTo(DELAY.multipliedBy(2).toNanos());
    storage.close();
  }

  private static StorageWrite hardState(long writeId) {
    return new StorageWrite(writeId, ByteBuffer.wrap(new byte[8]), 0, List.of(), null, 0);
  }

  private final class Durable implements StorageListener {
    @Override
    public void onDurable(long writeId) {
      durable.add(writeId);
    }

    @Override
    public void onFailure(long writeId, Throwable cause) {
      durable.add(-1L);
    }
  }
}
