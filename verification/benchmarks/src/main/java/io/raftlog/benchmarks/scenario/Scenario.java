package io.raftlog.benchmarks.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One workload of raftlog alone, as a rule for three nodes in this JVM. */
@FunctionalInterface
public interface Scenario {
  /**
   * Runs it. Blocks.
   *
   * @param setting how
   * @return what was measured
   * @throws Exception when it fails
   */
  List<Observation> run(Setting setting) throws Exception;

  /**
   * How a scenario is run.
   *
   * @param workload its label
   * @param round which round, from 1
   * @param directory an empty directory
   * @param records how many records there are, where the number counts
   * @param warmUp how long before something is measured
   * @param duration how long it is measured
   * @param sustained how long each load takes that shall show what only time shows
   * @param perSecond how many appends are due in a second, where the load has a fixed rate
   */
  record Setting(
      String workload,
      int round,
      Path directory,
      List<Integer> records,
      Duration warmUp,
      Duration duration,
      Duration sustained,
      int perSecond) {
    /** Makes the list unmodifiable. */
    public Setting {
      records = List.copyOf(records);
    }

    Observation observed(String what, FigureMap figures) {
      return new Observation(workload, round, what, figures.values());
    }
  }
}
