package io.raftlog.simulation;

import io.raftlog.simulation.checkers.Violation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of a run. */
public final class SimulationResult {
  /** What of the command to replay it depends on the kind of run. */
  private final String options;

  private final long seed;
  private final long seconds;
  private final @Nullable Violation violation;
  private final long traceHash;
  private final Counters counters;

  SimulationResult(
      String options,
      long seed,
      long seconds,
      @Nullable Violation violation,
      long traceHash,
      Counters counters) {
    this.options = options;
    this.seed = seed;
    this.seconds = seconds;
    this.violation = violation;
    this.traceHash = traceHash;
    this.counters = counters;
  }

  /** The run's seed. */
  public long seed() {
    return seed;
  }

  /** What was violated, or null. */
  public @Nullable Violation violation() {
    return violation;
  }

  /** Equal for runs in which the same happened. */
  public long traceHash() {
    return traceHash;
  }

  /** What was exercised, by name. */
  public Map<String, Long> counts() {
    return counters.all();
  }

  Counters counters() {
    return counters;
  }

  /** What failed, and how to see it again. */
  public String report() {
    return "seed "
        + seed
        + ", commit "
        + GitCommit.current()
        + ": "
        + violation
        + "\n  "
        + replayCommand();
  }

  /** The command that shows this run again. */
  public String replayCommand() {
    return "mvn -q -Psimulate"
        + options
        + " -Dseed="
        + seed
        + " -Dseconds="
        + seconds
        + " -Dtrace=true";
  }
}
