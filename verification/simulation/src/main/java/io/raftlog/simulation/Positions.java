package io.raftlog.simulation;

import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.replica.ControlOutcome;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The durable subscriptions in a committed log: who owned each when, how far it came, and what its
 * owners must be told.
 */
final class Positions {
  /** What an owner was told of a run of its own. */
  record Told(ControlRun.OfSubscription run, ControlOutcome outcome) {}

  private record Owner(String name, long generation) {}

  private record State(long generation, long position) {}

  private final Map<String, State> states = new HashMap<>();
  private final Map<Owner, Long> began = new HashMap<>();
  private final Map<Owner, Long> reached = new HashMap<>();

  /** Takes in the next run of the log. */
  void add(long index, ControlRun.OfSubscription run) {
    String name = run.subscription().toString();
    State state = states.get(name);
    if (run instanceof ControlRun.Claim claim) {
      Violation.unless(
          claim.replaces() == (state == null ? 0 : state.generation()),
          "PositionFencing",
          () -> "entry " + index + " holds " + claim + ", in force is " + state);
      long position = state == null ? claim.position() : state.position();
      states.put(name, new State(index, position));
      began.put(new Owner(name, index), position);
      reached.put(new Owner(name, index), position);
      return;
    }
    long generation =
        run instanceof ControlRun.Position moved
            ? moved.generation()
            : ((ControlRun.Removal) run).generation();
    Violation.unless(
        state != null && state.generation() == generation,
        "PositionFencing",
        () -> "entry " + index + " holds " + run + ", in force is " + state);
    if (run instanceof ControlRun.Position moved) {
      move(index, moved, state);
    } else {
      states.remove(name);
    }
  }

  private void move(long index, ControlRun.Position moved, @Nullable State state) {
    String name = moved.subscription().toString();
    Violation.unless(
        state != null && state.position() < moved.position(),
        "PositionsMoveForward",
        () -> "entry " + index + " holds " + moved + " after " + state);
    states.put(name, new State(moved.generation(), moved.position()));
    reached.put(new Owner(name, moved.generation()), moved.position());
  }

  /** Checks what an owner was told to be done. */
  void check(Told told) {
    String name = told.run().subscription().toString();
    if (told.run() instanceof ControlRun.Claim) {
      Owner owner = new Owner(name, told.outcome().inForce());
      Long position = began.get(owner);
      Violation.unless(
          position != null && position == told.outcome().next(),
          "ClaimTellsThePosition",
          () -> told + ", but the log has " + position);
    } else if (told.run() instanceof ControlRun.Position moved) {
      Long position = reached.get(new Owner(name, moved.generation()));
      Violation.unless(
          position != null && position >= moved.position(),
          "CommittedPositionIsThere",
          () -> told + ", but the log has " + position);
    }
  }
}
