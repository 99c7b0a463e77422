package io.raftlog.simulation.checkers;

import java.util.List;

/** Every read is a slice of the log, and never beyond the end that it tells. */
final class ReadsAreSlices implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    for (Read read : history.reads()) {
      long to = read.fromOffset() + read.records().size();
      Violation.unless(
          read.records().isEmpty() || to <= read.endOffset(), name(), "beyond its end: " + read);
      Violation.unless(
          read.endOffset() <= log.size(),
          name(),
          "saw the end at " + read.endOffset() + ", the log has " + log.size() + ": " + read);
      for (int i = 0; i < read.records().size(); i++) {
        int offset = (int) read.fromOffset() + i;
        Violation.unless(
            log.get(offset).equals(read.records().get(i)),
            name(),
            "offset " + offset + " is " + log.get(offset) + ", not as in " + read);
      }
    }
  }
}
