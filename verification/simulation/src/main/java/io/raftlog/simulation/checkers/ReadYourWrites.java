package io.raftlog.simulation.checkers;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** After an append was acknowledged on a node, reads on it see the record. */
final class ReadYourWrites implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    List<Append> acknowledged =
        history.appends().stream()
            .filter(a -> a.outcome() == Append.Outcome.ACKNOWLEDGED && a.offset() >= 0)
            .sorted(Comparator.comparingLong(Append::returned))
            .toList();
    List<Read> byInvocation =
        history.reads().stream().sorted(Comparator.comparingLong(Read::invoked)).toList();
    Map<String, Append> latest = new HashMap<>();
    int next = 0;
    for (Read read : byInvocation) {
      for (; next < acknowledged.size(); next++) {
        Append append = acknowledged.get(next);
        if (append.returned() > read.invoked()) {
          break;
        }
        latest.merge(
            append.session, append, (a, b) -> a.offset() + a.count > b.offset() + b.count ? a : b);
      }
      Append mine = latest.get(read.session());
      Violation.unless(
          mine == null || read.endOffset() >= mine.offset() + mine.count,
          name(),
          () -> mine + " is not seen by " + read);
    }
  }
}
