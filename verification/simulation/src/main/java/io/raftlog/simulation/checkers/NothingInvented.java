package io.raftlog.simulation.checkers;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nothing is in the log that was not sent, or of which every call was definitely refused. */
final class NothingInvented implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    Set<RecordKey> possible = new HashSet<>();
    for (Append append : history.appends()) {
      if (append.outcome() != Append.Outcome.REFUSED) {
        for (int i = 0; i < append.count; i++) {
          possible.add(append.key(i));
        }
      }
    }
    for (RecordKey key : log) {
      Violation.unless(
          possible.contains(key),
          name(),
          () -> key + " is in the log, but was refused or never sent");
    }
  }
}
