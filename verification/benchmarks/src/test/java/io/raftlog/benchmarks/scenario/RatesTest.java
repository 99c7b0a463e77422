package io.raftlog.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final long START = -5;

  private final Rates rates = new Rates();

  @Test
  void shouldCompareTheFirstMinuteWithTheLast() {
    long acknowledged = 700;
    note(0, acknowledged);
    for (int second = 1; second <= 180; second++) {
      acknowledged += second <= 60 ? 100 : second <= 120 ? 1_000 : 80;
      note(second, acknowledged);
    }

    assertThat(rates.elapsed()).isEqualTo(Duration.ofMinutes(3));
    assertThat(rates.firstPerSecond()).isEqualTo(100);
    assertThat(rates.lastPerSecond()).isEqualTo(80);
    assertThat(Rates.partName(rates.elapsed())).isEqualTo("minute");
  }

  @Test
  void shouldCompareHalvesOfWhatTakesLessThanTwoMinutes() {
    note(0, 0);
    note(10, 100);
    note(20, 200);
    note(30, 250);
    note(40, 300);

    assertThat(rates.firstPerSecond()).isEqualTo(10);
    assertThat(rates.lastPerSecond()).isEqualTo(5);
    assertThat(Rates.partName(rates.elapsed())).isEqualTo("20 s");
  }

  @Test
  void shouldCompareTheOnlySecondWithItself() {
    note(0, 0);
    note(1, 100);

    assertThat(rates.firstPerSecond()).isEqualTo(100);
    assertThat(rates.lastPerSecond()).isEqualTo(100);
  }

  private void note(long seconds, long acknowledged) {
    rates.note(START + Duration.ofSeconds(seconds).toNanos(), acknowledged);
  }
}
