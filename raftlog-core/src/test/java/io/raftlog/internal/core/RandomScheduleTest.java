package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Thousands of random schedules on request: {@code -Draftlog.core.seeds=20000}, from {@code
 * -Draftlog.core.firstSeed=1}. A failure says its seed.
 */
final class RandomScheduleTest {
  private static final long FIRST_SEED = Long.getLong("raftlog.core.firstSeed", 1);
  private static final long SEEDS = Long.getLong("raftlog.core.seeds", 400);

  @Test
  void shouldStaySafeAndRecoverWhateverHappens() {
    long appended = 0;
    long wiped = 0;
    long swapped = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      RandomSchedule schedule = new RandomSchedule(seed);
      try {
        schedule.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "replay with: mvn -pl raftlog-core test -Dtest=RandomScheduleTest"
                + " -Draftlog.core.seeds=1 -Draftlog.core.firstSeed="
                + seed,
            e);
      }
      appended += schedule.appended;
      wiped += schedule.wiped;
      swapped += schedule.swapped;
    }
    if (SEEDS >= 100) {
      assertThat(appended).as("appended").isGreaterThan(10 * SEEDS);
      assertThat(wiped).as("wiped").isGreaterThan(SEEDS / 2);
      assertThat(swapped).as("swapped").isGreaterThan(SEEDS / 10);
    }
  }
}
