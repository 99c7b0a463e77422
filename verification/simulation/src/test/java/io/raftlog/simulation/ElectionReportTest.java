package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.raftlog.simulation.ElectionReport.Published;
import io.raftlog.simulation.ElectionReport.Sample;
import io.raftlog.simulation.ElectionReport.SetUp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ElectionReportTest {
  private static final int TRIALS = 200;

  @SuppressWarnings("unused") // by its name, below
  private static final Iterable<Published> TIMEOUTS = ElectionReport.PUBLISHED;

  @ParameterizedTest
  @FieldSource("TIMEOUTS")
  void shouldElectAboutAsFastAsPublished(Published published) {
    Sample sample = Sample.of(published, SetUp.SAME_ELECTION, TRIALS);

    if (published.max() - published.min() > 5) {
      assertThat(sample.percentile(50)).isCloseTo(published.p50(), within(published.p50() * 0.15));
    } else {
      // Theirs is split votes.
      assertThat(sample.percentile(50)).isLessThan(published.p50());
    }
    assertThat(sample.percentile(99)).isLessThan(published.p99());
    assertThat(sample.longest()).isLessThan(published.longest());
  }
}
