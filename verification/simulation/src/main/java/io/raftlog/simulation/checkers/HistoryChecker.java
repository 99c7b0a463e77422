package io.raftlog.simulation.checkers;

import java.util.List;

/** Something that must hold of what clients saw, given what the log came to. Stateless. */
public interface HistoryChecker {
  /**
   * Checks.
   *
   * @param history what clients saw
   * @param log the records at offsets 0, 1, 2 …
   * @throws Violation when it does not hold
   */
  void check(History history, List<RecordKey> log);

  /** Its name in a report. */
  default String name() {
    return getClass().getSimpleName();
  }
}
