package io.raftlog.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.scenario.Observation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScenarioSectionTest {
  @Test
  void shouldTellMediansOfRoundsAndLeaveOpenWhatWasNotMeasured() {
    List<String> lines =
        new ScenarioSection(
                List.of(
                    new Observation("mixed", 1, "alone", figures(300, 4)),
                    new Observation("mixed", 1, "beside", Map.of("appends/s", 100.0)),
                    new Observation("mixed", 2, "alone", figures(100, 2)),
                    new Observation("mixed", 3, "alone", figures(200, 3)),
                    new Observation("idle", 1, "idle", Map.of("% of one core", 1.5))))
            .lines();

    assertThat(lines)
        .containsSubsequence(
            "### Sixteen logs, idle and under load",
            "|  | % of one core |",
            "| idle | 1.50 |",
            "### Appends beside readers",
            "|  | appends/s | p99 ms |",
            "| alone | 200 (100–300) | 3.00 (2.00–4.00) |",
            "| beside | 100 | – |");
  }

  @Test
  void shouldHaveNothingToTellWithoutObservations() {
    assertThat(new ScenarioSection(List.of()).lines()).isEmpty();
  }

  private static Map<String, Double> figures(double appends, double p99) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("appends/s", appends);
    figures.put("p99 ms", p99);
    return figures;
  }
}
