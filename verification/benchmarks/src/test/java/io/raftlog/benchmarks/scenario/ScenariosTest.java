package io.raftlog.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  @Test
  void shouldTellRatesPausesAndMemoryOfLoadThatIsSustained() throws Exception {
    List<Observation> observations = new SustainedScenario(0).run(setting("sustained"));

    assertThat(observations)
        .extracting(Observation::what)
        .hasSize(6)
        .startsWith(
            "100 B, 500/s",
            "100 B, 500/s, after the first 1 s",
            "100 B, 500/s, in the end",
            "100 B, 1,024 in flight");
    assertThat(observations.get(4).what()).startsWith("100 B, 1,024 in flight, first ");
    assertThat(observations.get(5).what()).startsWith("100 B, 1,024 in flight, last ");
    Map<String, Double> paced = observations.get(0).figures();
    assertThat(paced.get("failed")).isZero();
    assertThat(paced.get("seconds")).isGreaterThan(1.9);
    // As many as were due: no more, and of both parts.
    assertThat(paced.get("appends/s") * paced.get("seconds")).isCloseTo(1_000, offset(0.01));
    assertThat(paced.get("longest pause ms")).isPositive();
    assertThat(paced.get("max ms")).isGreaterThanOrEqualTo(paced.get("p50 ms"));
    assertThat(observations.subList(1, 3))
        .allSatisfy(o -> assertThat(o.figures().get("heap MB")).isPositive());
    Map<String, Double> unbounded = observations.get(3).figures();
    assertThat(unbounded.get("failed")).isZero();
    assertThat(unbounded.get("appends/s")).isPositive();
    assertThat(unbounded.get("seconds")).isBetween(1.9, 30.0);
    assertThat(unbounded.get("longest pause ms")).isPositive();
    double first = observations.get(4).figures().get("appends/s");
    Map<String, Double> last = observations.get(5).figures();
    assertThat(last.get("% of the first"))
        .isCloseTo(100 * last.get("appends/s") / first, offset(0.01));
    assertThat(directory.resolve("paced")).doesNotExist();
  }

  @Test
  @Timeout(600)
  void shouldEndSustainedLoadBeforeTheDiskIsFull() throws Exception {
    Scenario.Setting hours =
        new Scenario.Setting(
            "sustained",
            1,
            directory,
            RECORDS,
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofHours(2),
            500);

    List<Observation> observations = new SustainedScenario(Long.MAX_VALUE).run(hours);

    assertThat(observations.get(0).figures().get("seconds")).isBetween(1.0, 60.0);
    assertThat(observations.get(0).figures().get("failed")).isZero();
    assertThat(observations.get(3).figures().get("seconds")).isBetween(1.0, 60.0);
    assertThat(observations.get(3).figures().get("appends/s")).isPositive();
  }

  private Scenario.Setting setting(String workload) {
    return new Scenario.Setting(
        workload,
        1,
        directory,
        RECORDS,
        Duration.ZERO,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        500);
  }
}
