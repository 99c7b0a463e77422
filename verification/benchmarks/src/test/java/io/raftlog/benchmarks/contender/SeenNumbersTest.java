package io.raftlog.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenNumbersTest {
  private final SeenNumbers seen = new SeenNumbers();

  @Test
  void shouldKnowWhatItWasGiven() {
    seen.add(0);
    seen.add(1_000_000);

    assertThat(seen.count()).isEqualTo(2);
    assertThat(seen.contains(0)).isTrue();
    assertThat(seen.contains(1_000_000)).isTrue();
    assertThat(seen.contains(1)).isFalse();
    assertThat(seen.contains(100_000_000)).isFalse();
  }

  @Test
  void shouldCountWhatComesAgainAndWhatIsNotOurs() {
    seen.add(5);
    seen.add(5);
    seen.add(-1);
    seen.add(Long.MAX_VALUE);

    assertThat(seen.count()).isEqualTo(1);
    assertThat(seen.duplicates()).isEqualTo(1);
    assertThat(seen.foreign()).isEqualTo(2);
  }
}
