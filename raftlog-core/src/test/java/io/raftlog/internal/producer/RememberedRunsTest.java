package io.raftlog.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RememberedRunsTest {
  private final RememberedRuns runs = new RememberedRuns();

  @Test
  void shouldFindTheRunOfASequenceWhateverCameAndWent() {
    Deque<RememberedRun> expected = new ArrayDeque<>();
    Random random = new Random(1);
    long next = 0;
    for (int i = 0; i < 2_000; i++) {
      if (random.nextInt(5) < 3) {
        int count = 1 + random.nextInt(4);
        RememberedRun run = new RememberedRun(next, 10 * next, 7, new int[count]);
        next += count + random.nextInt(2); // after a restart the last record alone is there
        runs.add(run);
        expected.add(run);
      } else if (!expected.isEmpty()) {
        expected.remove();
        runs.removeOldest();
      }

      assertThat(runs).containsExactlyElementsOf(expected);
      assertThat(runs.newest()).isSameAs(expected.peekLast());
      for (int probe = 0; probe < 5; probe++) {
        long sequence = random.nextLong(next + 3);
        assertThat(runs.of(sequence)).isSameAs(searched(expected, sequence));
      }
    }
  }

  private static RememberedRun searched(Deque<RememberedRun> all, long sequence) {
    for (RememberedRun run : all) {
      if (sequence >= run.firstSequence() && sequence <= run.lastSequence()) {
        return run;
      }
    }
    return null;
  }

  @Test
  void shouldNotKeepTheRoomForManyWhenItHasFew() {
    for (int i = 0; i < 10_000; i++) {
      runs.add(new RememberedRun(i, i, 0, new int[1]));
    }
    while (runs.size() > 10) {
      runs.removeOldest();
      long oldest = 10_000L - runs.size();
      assertThat(runs.oldest().firstSequence()).isEqualTo(oldest);
      assertThat(runs.of(9_999)).isSameAs(runs.newest());
    }

    assertThat(runs.capacity()).isLessThan(200);
  }

  @Test
  void shouldBeEmptyWhenItWasCleared() {
    for (int i = 0; i < 100; i++) {
      runs.add(new RememberedRun(i, i, 0, new int[1]));
    }
    runs.clear();

    assertThat(runs.isEmpty()).isTrue();
    assertThat(runs.of(5)).isNull();
    assertThat(runs.newest()).isNull();
  }
}
