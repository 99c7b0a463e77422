package io.raftlog.simulation.checkers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every acknowledged append is in the log, at the offset that was told. */
final class AcknowledgedIsThere implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    Map<RecordKey, Integer> offsets = new HashMap<>();
    for (int offset = 0; offset < log.size(); offset++) {
      offsets.put(log.get(offset), offset);
    }
    for (Append append : history.appends()) {
      if (append.outcome() == Append.Outcome.ACKNOWLEDGED) {
        check(append, offsets);
      }
    }
  }

  /** A list may have been split by earlier calls; then only its first record's offset is told. */
  private void check(Append append, Map<RecordKey, Integer> offsets) {
    for (int i = 0; i < append.count; i++) {
      RecordKey key = append.key(i);
      Integer at = offsets.get(key);
      boolean holds = at != null && (i > 0 || append.offset() < 0 || at == append.offset());
      Violation.unless(holds, name(), () -> append + ", but " + key + " is at " + at);
    }
  }
}
