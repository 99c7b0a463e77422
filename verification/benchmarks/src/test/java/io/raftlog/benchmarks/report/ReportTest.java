package io.raftlog.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.contender.Contender.Description;
import io.raftlog.benchmarks.failover.FailoverRun;
import io.raftlog.benchmarks.limits.Limit;
import io.raftlog.benchmarks.load.Measurement;
import io.raftlog.benchmarks.scenario.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path folder;

  @Test
  void shouldReadBackWhatWasWrittenAsLines() throws IOException {
    Path file = folder.resolve("results.jsonl");
    Results results = results();

    Results.append(
        file, List.of(Results.line(new Limit(Limit.Name.FDATASYNC, 1, 512, 1, 5, 6, 7))));
    for (Measurement measurement : results.measurements()) {
      Results.append(file, List.of(Results.line(measurement)));
    }
    Results.append(file, List.of(Results.line(results.failovers().get(0))));
    Results.append(file, List.of(Results.line(results.observations().get(0))));
    Results.append(file, List.of(Results.line(results.failures().get(0))));

    Results read = Results.read(file);
    assertThat(read.limits()).isEqualTo(results.limits());
    assertThat(read.measurements()).isEqualTo(results.measurements());
    assertThat(read.failovers()).isEqualTo(results.failovers());
    assertThat(read.observations()).isEqualTo(results.observations());
    assertThat(read.failures()).isEqualTo(results.failures());
  }

  @Test
  void shouldTellMediansRatiosOfRoundsAndFailures() throws IOException {
    Path report = new Report(results()).write(folder);

    assertThat(Files.readString(report))
        .contains("### 1 KiB, 64 in flight")
        // 300/100, 200/100 and 200/50, round by round.
        .contains("| peer | 100 (50.0–100) | 3.00 (2.00–4.00) |")
        .contains("| raftlog | 200 (200–300) | 1.00 |")
        .contains("| peer: peer | 9 | **no** | sync: off |")
        .contains("| fdatasync | 512 B | 1 | 5.00 |")
        .contains("| append | ratis | 2 | 1024 B, 64 in flight | exit code 1 |")
        .contains("## Leader's process killed")
        .contains("## raftlog alone")
        .contains("![appends per second over appends in flight](benchmarks-1024-throughput.png)");
    assertThat(folder.resolve("benchmarks-1024-throughput.png")).isNotEmptyFile();
    assertThat(folder.resolve("benchmarks-1024-latency.png")).isNotEmptyFile();
  }

  @Test
  void shouldCountWhatWasLostOrReadWronglyInWhateverWorkload() {
    FailoverRun losing =
        new FailoverRun("raftlog", 1, false, Map.of(), List.of(3.0), 0, 9, 1, 2, 4);
    Observation misread = new Observation("read", 1, "100 B", Map.of("wrong", 8.0));

    Results unsound =
        new Results(null, List.of(), List.of(), List.of(losing), List.of(misread), List.of());

    assertThat(unsound.unsound()).isEqualTo(15);
    assertThat(results().unsound()).isZero();
  }

  private static Results results() {
    return new Results(
        null,
        List.of(new Limit(Limit.Name.FDATASYNC, 1, 512, 1, 5, 6, 7)),
        List.of(
            measurement("raftlog", 1, 300),
            measurement("peer", 1, 100),
            measurement("raftlog", 2, 200),
            measurement("peer", 2, 100),
            measurement("raftlog", 3, 200),
            measurement("peer", 3, 50)),
        List.of(
            new FailoverRun("raftlog", 1, false, Map.of("a", "b"), List.of(3.0), 0, 9, 0, 0, 0)),
        List.of(new Observation("read", 1, "100 B, read, first", Map.of("records/s", 5.0))),
        List.of(
            new Results.Failure(
                "append", "ratis", 2, "1024 B, 64 in flight", "exit code 1\nand more")));
  }

  private static Measurement measurement(String contender, int round, double perSecond) {
    Description description =
        new Description(contender, "9", contender.equals("raftlog"), false, Map.of("sync", "off"));
    return new Measurement(
        contender,
        round,
        1024,
        64,
        description,
        10,
        1_000,
        perSecond,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        3.5,
        null,
        2_000,
        0,
        0,
        0,
        0);
  }
}
