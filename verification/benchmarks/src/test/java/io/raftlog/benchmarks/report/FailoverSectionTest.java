package io.raftlog.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.failover.FailoverRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailoverSectionTest {
  @TempDir private Path folder;

  @Test
  void shouldTellPercentilesOfTheKillsOfAllRounds() throws IOException {
    FailoverSection section =
        new FailoverSection(
            List.of(
                run("raftlog", false, List.of(400.0, 200.0), 0),
                run("raftlog", true, List.of(90.0), 0),
                run("raftlog", false, List.of(300.0, 900.0), 2)));

    assertThat(section.write(folder))
        .contains("| raftlog | 4 | 300 | 900 | 200 | 900 | 2 | 2 | timeout: 500 ms |")
        .contains("| raftlog, tuned | 1 | 90.0 | 90.0 | 90.0 | 90.0 | 1 | 0 | timeout: 500 ms |");
    assertThat(folder.resolve("benchmarks-failover.png")).isNotEmptyFile();
  }

  @Test
  void shouldHaveNothingToTellWithoutRuns() throws IOException {
    assertThat(new FailoverSection(List.of()).write(folder)).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldTakeTheSmallestValueThatSoManyPercentDoNotExceed() {
    List<Double> hundred = IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList();

    assertThat(FailoverSection.percentile(hundred, 50)).isEqualTo(50);
    assertThat(FailoverSection.percentile(hundred, 99)).isEqualTo(99);
    assertThat(FailoverSection.percentile(hundred.subList(0, 20), 99)).isEqualTo(20);
    assertThat(FailoverSection.percentile(hundred.subList(0, 1), 50)).isEqualTo(1);
  }

  private static FailoverRun run(String who, boolean tuned, List<Double> millis, long lost) {
    return new FailoverRun(
        who, 1, tuned, Map.of("timeout", "500 ms"), millis, 1, 1_000, lost, 0, 0);
  }
}
