package io.raftlog.benchmarks;

import io.raftlog.benchmarks.contender.ContenderKind;
import io.raftlog.benchmarks.limits.Limits;
import io.raftlog.benchmarks.load.AppendWorkload;
import io.raftlog.benchmarks.report.Results;
import io.raftlog.benchmarks.scenario.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One run, in a JVM of its own: nothing that another contender has left on the heap or made the
 * compiler believe. Started by {@link BenchMain}; adds lines of JSON to a file.
 */
public final class WorkerMain {
  static final String LIMITS = "limits";
  static final String APPEND = "append";
  static final String SCENARIO = "scenario";

  private WorkerMain() {}

  /** Runs {@code WHAT RESULTS DIRECTORY ROUND}, and what {@link Rounds} gives beside. */
  public static void main(String[] arguments) {
    int code = 0;
    try {
      Path results = Path.of(arguments[1]);
      Path directory = Path.of(arguments[2]);
      int round = Integer.parseInt(arguments[3]);
      List<String> lines =
          switch (arguments[0]) {
            case LIMITS ->
                new Limits(directory, round)
                    .measure().stream().map(Results::line).collect(Collectors.toList());
            case APPEND -> List.of(Results.line(append(arguments, round).run(directory)));
            case SCENARIO -> scenario(arguments, round, directory);
            default -> throw new IllegalArgumentException("cannot run " + arguments[0]);
          };
      Results.append(results, lines);
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    // Contenders leave threads behind that are no daemons.
    System.exit(code);
  }

  private static AppendWorkload append(String[] arguments, int round) {
    return new AppendWorkload(
        ContenderKind.of(arguments[4]),
        round,
        Integer.parseInt(arguments[5]),
        Integer.parseInt(arguments[6]),
        Duration.ofSeconds(Long.parseLong(arguments[7])),
        Duration.ofSeconds(Long.parseLong(arguments[8])));
  }

  private static List<String> scenario(String[] arguments, int round, Path directory)
      throws Exception {
    Scenario.Setting setting =
        new Scenario.Setting(
            arguments[4],
            round,
            directory,
            Arrays.stream(arguments[5].split(",", -1)).map(Integer::valueOf).toList(),
            Duration.ofSeconds(Long.parseLong(arguments[6])),
            Duration.ofSeconds(Long.parseLong(arguments[7])),
            Duration.ofSeconds(Long.parseLong(arguments[8])),
            Integer.parseInt(arguments[9]));
    Scenario scenario = Workload.of(arguments[4]).scenario().orElseThrow();
    return scenario.run(setting).stream().map(Results::line).toList();
  }
}
