package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.Operation;
import io.raftlog.jepsen.history.RecordedRun;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether failures were of a kind that the contract allows, with what producers had proof of. */
final class Answers {
  /**
   * What an append or a claim may fail with at any time; the other kinds are looked at one by one.
   */
  private static final Set<String> APPEND_ERRORS =
      Set.of(
          "AppendOutcomeUnknownException",
          "BackpressureException",
          "LogFailedException",
          "NoLeaderException",
          "NodeClosedException",
          "NoAnswer");

  private static final Set<String> COMMIT_ERRORS =
      Stream.concat(APPEND_ERRORS.stream(), Stream.of("SubscriptionFencedException"))
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<String> DELIVER_ERRORS =
      Set.of(
          "LogFailedException", "NodeClosedException", "SubscriptionFencedException", "NoAnswer");

  private static final Set<String> READ_ERRORS =
      Set.of(
          "BackpressureException",
          "LogFailedException",
          "NoLeaderException",
          "NodeClosedException",
          "OffsetOutOfRangeException",
          "StaleReadException",
          "NoAnswer");

  private Answers() {}

  static void check(RecordedRun run, Findings findings) {
    for (Operation operation : run.operations()) {
      if (operation.completed() != null && !operation.ok()) {
        if (operation.f().equals(Event.APPEND)) {
          append(operation, operation.completed(), findings);
        } else if (!allowed(operation.f()).contains(operation.error())) {
          findings.add(Anomaly.UNEXPECTED_ERROR, operation::toString);
        }
      }
    }
  }

  private static Set<String> allowed(String f) {
    return switch (f) {
      case Event.CLAIM -> APPEND_ERRORS;
      case Event.COMMIT -> COMMIT_ERRORS;
      case Event.DELIVER -> DELIVER_ERRORS;
      default -> READ_ERRORS;
    };
  }

  private static void append(Operation append, Event answer, Findings findings) {
    long proven = append.invoked().number("proven");
    switch (append.error()) {
      case "SequenceGapException" -> {
        if (answer.number("detail") < proven) {
          findings.add(
              Anomaly.FORGOTTEN_PRODUCER,
              () ->
                  "expected "
                      + answer.number("detail")
                      + ", had proof up to "
                      + proven
                      + ": "
                      + append);
        }
      }
      case "UnknownProducerException" -> {
        if (proven > 0) {
          findings.add(
              Anomaly.FORGOTTEN_PRODUCER,
              () -> "unknown, had proof up to " + proven + ": " + append);
        }
      }
      default -> {
        if (!APPEND_ERRORS.contains(append.error())) {
          findings.add(Anomaly.UNEXPECTED_ERROR, () -> Objects.toString(append));
        }
      }
    }
  }
}
