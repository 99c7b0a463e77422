package io.raftlog.simulation;

import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;

/** The registrations in a committed log: who was fenced when, and what each owner must be told. */
final class Registrations {
  private final Map<String, Long> inForce = new HashMap<>();
  private final Map<String, Long> nextSequence = new HashMap<>();

  /** What a producer's next sequence was when a registration came into force, by its index. */
  private final Map<Long, Map<String, Long>> nextSequenceAt = new HashMap<>();

  /** Takes in the next run of the log. */
  void add(long index, RunCursor run) {
    if (run.isControl()) {
      if (run.control() instanceof ControlRun.Registration registration) {
        add(index, registration);
      }
      return;
    }
    String producer = run.producer().toString();
    long registration = run.registration();
    Violation.unless(
        registration == 0 || registration == inForce.getOrDefault(producer, 0L),
        "Fencing",
        () ->
            "entry " + index + " of " + producer + " is under " + registration + " of " + inForce);
    nextSequence.put(producer, run.firstSequence() + run.count());
  }

  private void add(long index, ControlRun.Registration run) {
    String producer = run.producer().toString();
    Violation.unless(
        inForce.getOrDefault(producer, 0L) == run.replaces(),
        "Fencing",
        () -> "entry " + index + " replaces " + run.replaces() + ", not " + inForce);
    inForce.put(producer, index);
    nextSequenceAt
        .computeIfAbsent(index, i -> new HashMap<>())
        .put(producer, nextSequence.getOrDefault(producer, 0L));
  }

  /** Checks what a producer was told. */
  void check(LogClients.Registered told) {
    long index = told.outcome().inForce();
    Long next = nextSequenceAt.getOrDefault(index, Map.of()).get(told.producer());
    Violation.unless(
        next != null && next == told.outcome().next(),
        "RegistrationTellsWhereItStopped",
        () -> told + ", but the log has " + next + " at entry " + index);
  }
}
