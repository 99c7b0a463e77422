package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofMillis(300));

  @Test
  void shouldDoubleUpToTheLimitAndJitterDownToAHalf() {
    for (long ceiling : new long[] {50, 100, 200, 300, 300, 300}) {
      assertThat(backoff.nextNanos())
          .isBetween(
              TimeUnit.MILLISECONDS.toNanos(ceiling) / 2, TimeUnit.MILLISECONDS.toNanos(ceiling));
    }
  }

  @Test
  void shouldStartOverWhenReset() {
    // given
    backoff.nextNanos();
    backoff.nextNanos();

    // when
    backoff.reset();

    // then
    assertThat(backoff.nextNanos()).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
  }
}
