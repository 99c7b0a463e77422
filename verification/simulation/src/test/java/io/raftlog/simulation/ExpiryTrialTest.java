package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Producers are forgotten by the log alone, on all nodes alike. */
class ExpiryTrialTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldForgetProducersByTheRuleAloneOnAllNodesAlike(long seed) {
    ExpiryTrial trial = new ExpiryTrial(seed);

    trial.run();

    assertThat(trial.virtualMinutes()).isGreaterThanOrEqualTo(60);
    assertThat(trial.expiry().expired()).isGreaterThan(10);
    assertThat(trial.expiry().evicted()).isGreaterThan(10);
    assertThat(trial.counters().of("sporadic.appended")).isGreaterThan(1_000);
    assertThat(trial.counters().of("sporadic.UnknownProducerException")).isGreaterThan(20);
    assertThat(trial.comparedCheckpoints()).isGreaterThan(5);
    System.out.printf(
        "seed %d: %d virtual minutes, %d appended, %d expired, %d evicted, %d told so, %d"
            + " checkpoints compared%n",
        seed,
        trial.virtualMinutes(),
        trial.counters().of("sporadic.appended"),
        trial.expiry().expired(),
        trial.expiry().evicted(),
        trial.counters().of("sporadic.UnknownProducerException"),
        trial.comparedCheckpoints());
  }
}
