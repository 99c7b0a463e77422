package io.raftlog.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void shouldTakeTheMiddle() {
    assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).contains(new Spread(2, 1, 3));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).contains(new Spread(2.5, 1, 4));
    assertThat(Spread.of(List.of())).isEmpty();
  }

  @Test
  void shouldBeWrittenWithItsEnds() {
    assertThat(new Spread(20_000, 1, 300).text(Figures::number)).isEqualTo("20,000 (1.00–300)");
    assertThat(new Spread(2, 2, 2).text(Figures::number)).isEqualTo("2.00");
  }
}
