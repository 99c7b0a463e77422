package io.raftlog.benchmarks.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.contender.Replica;
import io.raftlog.benchmarks.contender.SeenNumbers;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AppendLoopTest {
  private static final Payloads PAYLOADS = new Payloads(16);

  @Test
  void shouldGoOnAfterRefusalsAndTellOfAcknowledgementsAlone() throws InterruptedException {
    Refusing replica = new Refusing();
    BlockingQueue<Long> acknowledged = new LinkedBlockingQueue<>();
    AppendLoop loop =
        new AppendLoop(
            replica,
            PAYLOADS,
            40,
            (number, called, at) -> acknowledged.add(at < called ? -1 : number));

    loop.start();

    // Not taken at first, then taken; 40 is refused, and its number is not used again.
    assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isEqualTo(41);
    assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isEqualTo(42);
    loop.stop();
  }

  /** Takes appends from the second question on, and refuses the first. */
  private static final class Refusing implements Replica {
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicInteger appends = new AtomicInteger();

    @Override
    public Map<String, String> timing() {
      return Map.of();
    }

    @Override
    public boolean leads() {
      return questions.getAndIncrement() > 0;
    }

    @Override
    public CompletableFuture<?> append(byte[] payload) {
      return appends.getAndIncrement() == 0
          ? CompletableFuture.failedFuture(new IllegalStateException("no majority"))
          : CompletableFuture.completedFuture(null);
    }

    @Override
    public long records() {
      return appends.get();
    }

    @Override
    public SeenNumbers seen(Payloads payloads) {
      return new SeenNumbers();
    }

    @Override
    public void close() {}
  }
}
