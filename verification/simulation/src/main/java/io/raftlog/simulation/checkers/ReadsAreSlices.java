package io.raftlog.simulation.checkers;

import java.util.List;

/** Every read is a slice of the log, and never beyond the end that it tells. */
final class ReadsAreSlices implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    for (Read read : history.reads()) {
      long to = read.fromOffset() + read.records().size();
      Violation.unless(
          read.records().isEmpty() || to <= read.endOffset(),
          name(),
          () -> "beyond its end: " + read);
      Violation.unless(
          read.endOffset() <= log.size(),
          name(),
          () -> "saw the end at " + read.endOffset() + ", the log has " + log.size() + ": " + read);
      for (int i = 0; i < read.records().size(); i++) {
        RecordKey there = log.get((int) read.fromOffset() + i);
        RecordKey seen = read.records().get(i);
        Violation.unless(
            there.equals(seen), name(), () -> there + " was read as " + seen + ": " + read);
      }
    }
  }
}
