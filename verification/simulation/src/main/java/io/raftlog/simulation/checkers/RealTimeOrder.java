package io.raftlog.simulation.checkers;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The history is linearizable. That takes no search, since offsets tell the order of the records:
 * record i entered the log after {@code low[i]}, the earliest call of its append, and before {@code
 * high[i]}, the earliest return of anything that shows it to be there. A linearizable read that saw
 * the end at e shows besides that record e - 1 was there when it returned, and record e was not
 * when it was called. Points in time that are in the order of the offsets exist exactly when for
 * every i the highest of {@code low[0..i]} is below {@code high[i]}.
 */
final class RealTimeOrder implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    int records = log.size();
    long[] low = new long[records];
    long[] high = new long[records];
    Arrays.fill(low, Long.MAX_VALUE);
    Arrays.fill(high, Long.MAX_VALUE);
    Map<RecordKey, Integer> offsets = new HashMap<>();
    for (int i = 0; i < records; i++) {
      offsets.put(log.get(i), i);
    }
    for (Append append : history.appends()) {
      for (int i = 0; i < append.count; i++) {
        Integer at = offsets.get(append.key(i));
        if (at != null) {
          low[at] = Math.min(low[at], append.invoked);
          if (append.outcome() == Append.Outcome.ACKNOWLEDGED) {
            high[at] = Math.min(high[at], append.returned());
          }
        }
      }
    }
    for (Read read : history.reads()) {
      boundBy(read, low, high);
    }
    for (Delivery delivery : history.deliveries()) {
      int at = (int) delivery.offset();
      high[at] = Math.min(high[at], delivery.time());
    }
    long latest = 0;
    for (int i = 0; i < records; i++) {
      latest = Math.max(latest, low[i]);
      if (latest >= high[i]) {
        throw new Violation(
            name(),
            "record "
                + i
                + " "
                + log.get(i)
                + " was there at "
                + high[i]
                + ", but it or one before it entered the log after "
                + latest);
      }
    }
  }

  private static void boundBy(Read read, long[] low, long[] high) {
    for (int i = 0; i < read.records().size(); i++) {
      int at = (int) read.fromOffset() + i;
      high[at] = Math.min(high[at], read.returned());
    }
    if (!read.linearizable()) {
      return;
    }
    int end = (int) read.endOffset();
    if (end > 0) {
      high[end - 1] = Math.min(high[end - 1], read.returned());
    }
    if (end < low.length) {
      low[end] = Math.max(low[end], read.invoked());
    }
  }
}
