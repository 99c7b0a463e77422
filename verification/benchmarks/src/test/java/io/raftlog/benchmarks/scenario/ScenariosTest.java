package io.raftlog.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scenarios with next to no load: that they end, and name what the report shows. */
class ScenariosTest {
  private static final List<Integer> RECORDS = List.of(3_000);

  @TempDir private Path directory;

  @Test
  void shouldReadBackEveryRecordAsItWasAppended() throws Exception {
    List<Observation> observations = new ReadScenario().run(setting("read"));

    assertThat(observations).hasSize(10);
    assertThat(observations.get(0).what()).isEqualTo("100 B, read, first");
    assertThat(observations)
        .filteredOn(o -> !o.what().contains("tail"))
        .allSatisfy(
            o -> {
              assertThat(o.figures().get("wrong")).isZero();
              assertThat(o.figures().get("records/s")).isPositive();
            });
    assertThat(observations.get(4).figures().get("delivered/s")).isPositive();
  }

  @Test
  void shouldCatchUpWithWhatWasMissed() throws Exception {
    List<Observation> observations = new CatchUpScenario().run(setting("catch-up"));

    assertThat(observations)
        .extracting(Observation::what)
        .containsExactly("all well", "one node down", "it catches up");
    assertThat(observations.get(2).figures().get("records missing")).isPositive();
  }

  private Scenario.Setting setting(String workload) {
    return new Scenario.Setting(
        workload, 1, directory, RECORDS, Duration.ZERO, Duration.ofSeconds(1));
  }
}
