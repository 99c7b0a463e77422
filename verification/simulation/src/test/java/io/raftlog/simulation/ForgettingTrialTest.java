package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Nothing is appended twice although the log forgets who has appended it. */
class ForgettingTrialTest {
  private static final int SEEDS = 40;
  private static final long SECONDS = 60;

  @Test
  void shouldAppendEachCallOnceAtMostWhoeverIsForgotten() {
    long appended = 0;
    long begunAgain = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      SimulationResult result = new ForgettingTrial(seed, SECONDS, null).run();
      assertThat(result.violation()).as(result.report()).isNull();
      appended += result.counts().getOrDefault("restless.appended", 0L);
      begunAgain += result.counts().getOrDefault("restless.begun.again", 0L);
    }
    assertThat(appended).isGreaterThan(100L * SEEDS);
    assertThat(begunAgain).isGreaterThan(10L * SEEDS);
  }
}
