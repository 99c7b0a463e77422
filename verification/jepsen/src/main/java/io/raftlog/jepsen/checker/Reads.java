package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.Operation;
import io.raftlog.jepsen.history.RecordedRun;
import io.raftlog.simulation.checkers.RecordKey;
import java.util.List;
import java.util.Objects;

/** What reads and subscriptions returned, against the log and what they were asked for. */
final class Reads {
  private final Findings findings;
  private final List<RecordKey> log;
  private final List<Operation> operations;

  Reads(RecordedRun run, Findings findings) {
    this.findings = findings;
    this.log = run.log();
    this.operations = run.operations();
  }

  void check() {
    for (Operation operation : operations) {
      if ((operation.f().equals(Event.READ) || operation.f().equals(Event.DELIVER))
          && operation.ok()) {
        check(operation, Objects.requireNonNull(operation.completed()));
      }
    }
  }

  private void check(Operation read, Event answer) {
    long from = read.invoked().number("offset");
    List<String> values = answer.texts("values");
    if (!answer.texts("offsets").isEmpty()) {
      findings.add(Anomaly.POLL_SKIP, () -> "not from " + from + " on: " + read);
      return;
    }
    long end = answer.number("end");
    if (read.f().equals(Event.READ) && values.isEmpty() && from < end) {
      findings.add(Anomaly.POLL_SKIP, () -> "nothing, although the end is at " + end + ": " + read);
    }
    for (int i = 0; i < values.size(); i++) {
      String seen = values.get(i);
      long offset = from + i;
      if (offset >= log.size()) {
        findings.add(
            Anomaly.INCONSISTENT_OFFSETS,
            () -> seen + " was read at offset " + offset + ", the log ends at " + log.size());
        return;
      }
      RecordKey there = log.get((int) offset);
      if (!there.toString().equals(seen)) {
        findings.add(
            Anomaly.INCONSISTENT_OFFSETS,
            () -> seen + " was read at offset " + offset + ", where " + there + " is: " + read);
        return;
      }
    }
  }
}
