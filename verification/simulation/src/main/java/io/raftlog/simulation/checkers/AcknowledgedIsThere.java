package io.raftlog.simulation.checkers;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Every acknowledged append is in the log, at the offset that was told. */
final class AcknowledgedIsThere implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    Set<RecordKey> there = new HashSet<>(log);
    for (Append append : history.appends()) {
      if (append.outcome() != Append.Outcome.ACKNOWLEDGED) {
        continue;
      }
      for (int i = 0; i < append.count; i++) {
        long offset = append.offset() + i;
        boolean holds =
            append.offset() < 0
                ? there.contains(append.key(i))
                : offset < log.size() && log.get((int) offset).equals(append.key(i));
        Violation.unless(
            holds,
            name(),
            append
                + ", but at "
                + offset
                + " is "
                + (offset >= 0 && offset < log.size() ? log.get((int) offset) : "nothing"));
      }
    }
  }
}
