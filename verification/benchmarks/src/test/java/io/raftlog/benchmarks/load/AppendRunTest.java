package io.raftlog.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.contender.SeenNumbers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AppendRunTest {
  private static final int IN_FLIGHT = 8;

  private final FakeContender contender = new FakeContender();
  private final Payloads payloads = new Payloads(100);

  @Test
  void shouldNeverHaveMoreInFlightThanAllowed() throws InterruptedException {
    AppendRun.Window window;
    AppendRun.Totals totals;
    try (contender;
        AppendRun run = new AppendRun(contender, payloads, IN_FLIGHT)) {
      run.start();
      do {
        window = run.measure(Duration.ofMillis(50));
      } while (window.acknowledged() == 0);
      totals = run.stop();
    }

    assertThat(contender.mostInFlight.get()).isBetween(1, IN_FLIGHT);
    assertThat(window.acknowledged()).isPositive();
    assertThat(totals.appended()).isEqualTo(contender.seen.count());
    assertThat(totals.unresolved()).isZero();
  }

  @Test
  void shouldKnowWhichAppendsFailed() throws InterruptedException {
    contender.failing = 3;
    AppendRun.Totals totals;
    try (contender;
        AppendRun run = new AppendRun(contender, payloads, IN_FLIGHT)) {
      run.start();
      contender.acknowledged.await();
      totals = run.stop();
    }

    assertThat(totals.failed()).containsExactly(3L);
    assertThat(totals.firstFailure()).hasMessageContaining("as the test wants it");
  }

  /** Acknowledges on a thread of its own. */
  private static final class FakeContender implements Contender {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final SeenNumbers seen = new SeenNumbers();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final CountDownLatch acknowledged = new CountDownLatch(10 * IN_FLIGHT);
    private long failing = -1;

    @Override
    public Description description() {
      return new Description("fake", "1", false, false, Map.of());
    }

    @Override
    public void start(Path directory) {}

    @Override
    public void awaitLeader() {}

    @Override
    public CompletableFuture<?> append(byte[] payload) {
      mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      long number = new Payloads(payload.length).verify(payload);
      return CompletableFuture.runAsync(() -> acknowledge(number), thread);
    }

    private void acknowledge(long number) {
      inFlight.decrementAndGet();
      acknowledged.countDown();
      if (number == failing) {
        throw new IllegalStateException("as the test wants it");
      }
      seen.add(number);
    }

    @Override
    public SeenNumbers seenBy(int replica, Payloads payloads) {
      return seen;
    }

    @Override
    public void close() {
      thread.shutdown();
    }
  }
}
