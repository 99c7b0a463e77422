package io.raftlog.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.contender.AppendTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final long PAUSE_NANOS = Duration.ofMillis(300).toNanos();

  private final List<CompletableFuture<Void>> outcomes = new ArrayList<>();
  private final Pauses pauses = new Pauses();
  private final AppendTarget target =
      pauses.noting(
          new AppendTarget() {
            @Override
            public void awaitLeader() {}

            @Override
            public CompletableFuture<?> append(byte[] payload) {
              outcomes.add(new CompletableFuture<>());
              return outcomes.get(outcomes.size() - 1);
            }
          });

  @Test
  void shouldKnowTheLongestTimeBetweenAcknowledgements() {
    append();
    append();
    pauses.begin();
    outcomes.get(0).complete(null);
    pause();
    outcomes.get(1).complete(null);

    assertThat(pauses.longestNanos()).isGreaterThanOrEqualTo(PAUSE_NANOS);
  }

  @Test
  void shouldNotTakeAFailureForAnAcknowledgement() {
    append();
    append();
    pauses.begin();
    pauseHalf();
    outcomes.get(0).completeExceptionally(new IllegalStateException("as the test wants it"));
    pauseHalf();
    outcomes.get(1).complete(null);

    assertThat(pauses.longestNanos()).isGreaterThanOrEqualTo(PAUSE_NANOS);
  }

  @Test
  void shouldCountAPauseThatHasNotEnded() {
    pauses.begin();
    pause();

    assertThat(pauses.longestNanos()).isGreaterThanOrEqualTo(PAUSE_NANOS);
  }

  @Test
  void shouldForgetWhatWasBefore() {
    pause();
    pauses.acknowledged();
    long before = pauses.longestNanos();
    long beginNanos = System.nanoTime();
    pauses.begin();
    long after = pauses.longestNanos();
    long sinceNanos = System.nanoTime() - beginNanos;

    assertThat(before).isGreaterThanOrEqualTo(PAUSE_NANOS);
    assertThat(after).isLessThanOrEqualTo(sinceNanos);
  }

  private void append() {
    var unused = target.append(new byte[0]);
  }

  private static void pause() {
    pauseHalf();
    pauseHalf();
  }

  private static void pauseHalf() {
    long until = System.nanoTime() + PAUSE_NANOS / 2;
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }
}
