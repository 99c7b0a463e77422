package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.RecordedRun;
import io.raftlog.simulation.checkers.HistoryChecker;
import io.raftlog.simulation.checkers.HistoryCheckers;
import io.raftlog.simulation.checkers.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The simulator's own checkers, asked of what was recorded. */
final class SimulatorRules {
  /** What only they look for; everything else is counted by checkers here. */
  private static final Map<String, Anomaly> ANOMALIES =
      Map.of(
          "MonotonicReads", Anomaly.NONMONOTONIC_POLL,
          "ReadYourWrites", Anomaly.READ_YOUR_WRITES,
          "RealTimeOrder", Anomaly.STALE_READ);

  private SimulatorRules() {}

  /** Returns what each broken rule says. */
  static List<String> check(RecordedRun run, Findings findings) {
    List<String> broken = new ArrayList<>();
    for (HistoryChecker checker : HistoryCheckers.ALL) {
      try {
        checker.check(run.history(), run.log());
      } catch (Violation violation) {
        broken.add(String.valueOf(violation.getMessage()));
        Anomaly anomaly = ANOMALIES.get(violation.rule());
        if (anomaly == null) {
          break; // those that follow take for granted that the log is sound
        }
        findings.add(anomaly, () -> String.valueOf(violation.getMessage()));
      }
    }
    return broken;
  }
}
