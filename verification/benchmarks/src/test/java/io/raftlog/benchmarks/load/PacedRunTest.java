package io.raftlog.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.raftlog.BackpressureException;
import io.raftlog.benchmarks.contender.AppendTarget;
import io.raftlog.benchmarks.contender.Payloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PacedRunTest {
  private static final Payloads PAYLOADS = new Payloads(100);
  private static final int PER_SECOND = 1_000;
  private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration NO_PATIENCE = Duration.ofMillis(200);
  private static final int APPENDS = 500;
  private static final double NANOS_PER_MILLI = 1e6;

  private final long startNanos = System.nanoTime();
  private long firstCallNanos = -1;
  private final List<Long> taken = new ArrayList<>();
  private final List<Long> takenNanos = new ArrayList<>();

  @Test
  void shouldSendNoAppendBeforeItIsDueAndEachOnce() throws InterruptedException {
    PacedRun.Window window = run(number -> taken(number), HALF_A_SECOND);

    assertThat(window.acknowledged()).isEqualTo(APPENDS);
    assertThat(window.failed()).isZero();
    assertThat(taken).containsExactlyElementsOf(LongStream.range(0, APPENDS).boxed().toList());
    for (int number = 0; number < APPENDS; number++) {
      assertThat(takenNanos.get(number))
          .isGreaterThanOrEqualTo(number * Duration.ofSeconds(1).toNanos() / PER_SECOND);
    }
  }

  @Test
  void shouldRepeatWhatIsRefusedAndCountFromWhenItWasDue() throws InterruptedException {
    long stall = Duration.ofMillis(300).toNanos();

    PacedRun.Window window =
        run(number -> sinceFirstCall() < stall ? refusal() : taken(number), HALF_A_SECOND);

    assertThat(taken).containsExactlyElementsOf(LongStream.range(0, APPENDS).boxed().toList());
    assertThat(window.failed()).isZero();
    assertThat(window.refused()).isPositive();
    assertThat(window.latencies().getTotalCount()).isEqualTo(APPENDS);
    // One a millisecond was due, and late: the first by all of the stall, the last by nothing.
    assertThat(window.latencies().getMaxValue() / NANOS_PER_MILLI).isGreaterThan(290);
    assertThat(window.latencies().getValueAtPercentile(60) / NANOS_PER_MILLI).isGreaterThan(40);
    assertThat(window.longestPauseNanos() / NANOS_PER_MILLI).isGreaterThan(290);
  }

  @Test
  void shouldCountFailures() throws InterruptedException {
    PacedRun.Window window = run(number -> number == 3 ? failure() : taken(number), HALF_A_SECOND);

    assertThat(window.failed()).isEqualTo(1);
    assertThat(window.acknowledged()).isEqualTo(APPENDS - 1);
  }

  @Test
  void shouldCountAsFailedWhatIsRefusedForTooLong() throws InterruptedException {
    AtomicLong firstRefusalNanos = new AtomicLong(Long.MAX_VALUE);

    PacedRun.Window window =
        run(
            number -> {
              if (number < 7) {
                return taken(number);
              }
              firstRefusalNanos.compareAndSet(Long.MAX_VALUE, sinceStart());
              return refusal();
            },
            HALF_A_SECOND,
            NO_PATIENCE);

    assertThat(window.acknowledged()).isEqualTo(taken.size()).isBetween(1L, 7L);
    assertThat(window.failed()).isEqualTo(APPENDS - taken.size());
    assertThat(window.longestPauseNanos())
        .isGreaterThanOrEqualTo(window.nanos() - firstRefusalNanos.get());
  }

  @Test
  void shouldNotEndWithAppendsWithoutAnOutcome() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                run(
                    number -> number == 0 ? new CompletableFuture<>() : taken(number),
                    HALF_A_SECOND,
                    NO_PATIENCE))
        .withMessageContaining("1 appends without an outcome");
  }

  @Test
  void shouldStopWhenItShallNotGoOn() throws InterruptedException {
    PacedRun load = new PacedRun(target(this::taken), PAYLOADS, PER_SECOND, PATIENCE);

    PacedRun.Window window = load.run(Duration.ofHours(1), () -> false);

    assertThat(window.acknowledged()).isEqualTo(taken.size()).isPositive();
    assertThat(window.failed()).isZero();
  }

  @Test
  void shouldAddWindowsUp() throws InterruptedException {
    PacedRun load = new PacedRun(target(this::taken), PAYLOADS, PER_SECOND, PATIENCE);
    PacedRun.Window one = load.run(Duration.ofMillis(10), () -> true);
    PacedRun.Window other = load.run(Duration.ofMillis(30), () -> true);

    PacedRun.Window both = one.plus(other);

    assertThat(one.acknowledged()).isEqualTo(10);
    assertThat(both.acknowledged()).isEqualTo(40);
    assertThat(both.latencies().getTotalCount()).isEqualTo(40);
    assertThat(both.nanos()).isEqualTo(one.nanos() + other.nanos());
    assertThat(load.acknowledged()).isEqualTo(40);
  }

  private static PacedRun.Window run(LongFunction<CompletableFuture<?>> outcome, Duration duration)
      throws InterruptedException {
    return run(outcome, duration, PATIENCE);
  }

  private static PacedRun.Window run(
      LongFunction<CompletableFuture<?>> outcome, Duration duration, Duration drainLimit)
      throws InterruptedException {
    PacedRun load = new PacedRun(target(outcome), PAYLOADS, PER_SECOND, drainLimit);
    return load.run(duration, () -> true);
  }

  private static AppendTarget target(LongFunction<CompletableFuture<?>> outcome) {
    return new AppendTarget() {
      @Override
      public void awaitLeader() {}

      @Override
      public CompletableFuture<?> append(byte[] payload) {
        return outcome.apply(PAYLOADS.verify(payload));
      }
    };
  }

  private CompletableFuture<?> taken(long number) {
    taken.add(number);
    takenNanos.add(sinceStart());
    return CompletableFuture.completedFuture(number);
  }

  private long sinceStart() {
    return System.nanoTime() - startNanos;
  }

  private long sinceFirstCall() {
    if (firstCallNanos < 0) {
      firstCallNanos = sinceStart();
    }
    return sinceStart() - firstCallNanos;
  }

  private static CompletableFuture<?> refusal() {
    return CompletableFuture.failedFuture(new BackpressureException("as the test wants it"));
  }

  private static CompletableFuture<?> failure() {
    return CompletableFuture.failedFuture(new IllegalStateException("as the test wants it"));
  }
}
