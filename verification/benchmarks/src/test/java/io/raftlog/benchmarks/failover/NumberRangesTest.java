package io.raftlog.benchmarks.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.contender.SeenNumbers;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberRangesTest {
  private final NumberRanges ranges = new NumberRanges();

  @Test
  void shouldJoinWhatFollowsEachOtherInWhateverOrderItComes() {
    for (long number : new long[] {7, 5, 6, 1, 0, 9, 6}) {
      ranges.add(number);
    }

    assertThat(ranges.words()).containsExactly("0-1", "5-7", "9-9");
    assertThat(ranges.count()).isEqualTo(6);
  }

  @Test
  void shouldCountWhatWasNotSeen() {
    SeenNumbers seen = new SeenNumbers();
    seen.add(1);
    seen.add(3);

    assertThat(NumberRanges.missing(List.of("1-3"), seen)).isEqualTo(1);
    assertThat(NumberRanges.missing(List.of("3-3", "8-9"), seen)).isEqualTo(2);
    assertThat(NumberRanges.missing(List.of(), seen)).isZero();
  }
}
