package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.Operation;
import io.raftlog.jepsen.history.RecordedRun;
import java.util.List;

/**
 * What a run proved.
 *
 * @param findings anomalies
 * @param brokenRules what the simulator's checkers object to
 * @param availability when the log made progress
 */
public record Verdict(Findings findings, List<String> brokenRules, Availability availability) {
  /** Judges. */
  public static Verdict on(RecordedRun run) {
    Findings findings = new Findings();
    new FinalLogs(run, findings).check();
    new Reads(run, findings).check();
    Answers.check(run, findings);
    new DurableSubscriptions(run, findings).check();
    List<String> broken = SimulatorRules.check(run, findings);
    Availability availability = Availability.of(run);
    availability.check(findings);
    noted(run, findings);
    if (run.log().isEmpty() || run.operations().stream().noneMatch(Operation::ok)) {
      findings.add(Anomaly.NOTHING_DONE, () -> "nothing was appended, or nothing read in the end");
    }
    return new Verdict(findings, broken, availability);
  }

  private static void noted(RecordedRun run, Findings findings) {
    for (Event event : run.nemesis()) {
      switch (event.f()) {
        case Event.DIED, Event.NOT_STARTED ->
            findings.add(
                Anomaly.NODE_DIED,
                () ->
                    event.text("value")
                        + " "
                        + event.f()
                        + " at "
                        + event.micros() / 1_000_000
                        + " s, see its log");
        case Event.UNRESOLVED ->
            findings.add(Anomaly.UNRESOLVED, () -> event.text("value") + " had something left");
        case Event.NOT_READ ->
            findings.add(Anomaly.UNSEEN, () -> event.text("value") + " could not be read");
        default -> {}
      }
    }
  }

  /** Whether nothing is wrong. */
  public boolean isValid() {
    return findings.counts().isEmpty() && brokenRules.isEmpty();
  }
}
