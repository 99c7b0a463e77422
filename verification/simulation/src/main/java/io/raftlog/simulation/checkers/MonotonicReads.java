package io.raftlog.simulation.checkers;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Within a session, a read that began after another had returned sees at least as much. */
final class MonotonicReads implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    Map<String, Long> seen = new HashMap<>();
    List<Read> byInvocation =
        history.reads().stream().sorted(Comparator.comparingLong(Read::invoked)).toList();
    int returned = 0;
    for (Read read : byInvocation) {
      for (; returned < history.reads().size(); returned++) {
        Read done = history.reads().get(returned);
        if (done.returned() > read.invoked()) {
          break;
        }
        seen.merge(done.session(), done.endOffset(), Math::max);
      }
      long before = seen.getOrDefault(read.session(), 0L);
      Violation.unless(
          read.endOffset() >= before,
          name(),
          () -> "the session had seen the end at " + before + ", then " + read);
    }
  }
}
