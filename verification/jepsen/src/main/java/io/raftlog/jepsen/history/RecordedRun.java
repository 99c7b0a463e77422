package io.raftlog.jepsen.history;

import io.raftlog.simulation.checkers.History;
import io.raftlog.simulation.checkers.RecordKey;
import java.util.List;
import java.util.Map;

/**
 * A history that was read back.
 *
 * @param operations by invocation
 * @param nemesis what the nemesis did, and how the cluster was
 * @param history the same for the simulator's checkers
 * @param finalLogs by node, what it returned when it was read completely in the end
 */
public record RecordedRun(
    List<Operation> operations,
    List<Event> nemesis,
    History history,
    Map<String, List<RecordKey>> finalLogs) {
  /** The log: the longest of the final ones; empty when there is none. */
  public List<RecordKey> log() {
    List<RecordKey> longest = List.of();
    for (List<RecordKey> one : finalLogs.values()) {
      longest = one.size() > longest.size() ? one : longest;
    }
    return longest;
  }

  /** When the last event happened. */
  public long lastMicros() {
    long last = nemesis.isEmpty() ? 0 : nemesis.get(nemesis.size() - 1).micros();
    for (Operation operation : operations) {
      Event completed = operation.completed();
      last = Math.max(last, completed == null ? operation.invoked().micros() : completed.micros());
    }
    return last;
  }
}
