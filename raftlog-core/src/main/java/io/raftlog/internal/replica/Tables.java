package io.raftlog.internal.replica;

import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.entry.Subject;
import io.raftlog.internal.position.PositionTable;
import io.raftlog.internal.position.Subscribed;
import io.raftlog.internal.producer.Check;
import io.raftlog.internal.producer.ProducerTable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the entries up to an index came to. Every replica keeps the tables of what is committed; the
 * leader lays a copy over them to which its uncommitted entries are added. Owned by the loop
 * thread.
 *
 * @param producers which sequences are in the log
 * @param positions how far the durable subscriptions have come
 */
record Tables(ProducerTable producers, PositionTable positions) {
  /** Tables that are equal now and independent from here on. */
  Tables copy() {
    return new Tables(producers.copy(), positions.copy());
  }

  /**
   * Takes in the next entry.
   *
   * @param afterRun told of whom each run was about
   */
  void feed(LogEntry entry, Consumer<Subject> afterRun) {
    control(entry);
    if (!entry.holdsRecords()) {
      return;
    }
    long offset = entry.header().firstOffset();
    for (RunCursor run = entry.runs(); run.nextRun(); ) {
      if (run.isControl()) {
        ControlRun control = run.control();
        apply(control, entry.index());
        afterRun.accept(control.subject());
      } else {
        producers.apply(run, offset, entry.header().timestamp());
        offset += run.count();
        afterRun.accept(run.producer());
      }
    }
  }

  /** Takes in what every entry says: its time, and the log's settings if it is a membership. */
  void control(LogEntry entry) {
    Membership said = entry.extent().membership();
    if (said != null) {
      producers.limitTo(said.settings());
    }
    producers.advanceTo(entry.header().logTimeNanos(), entry.index());
  }

  /** Takes in a control run, which must be next. */
  void apply(ControlRun run, long index) {
    if (run instanceof ControlRun.Registration registration) {
      producers.register(
          registration.producer(), registration.replaces(), registration.nonce(), index);
    } else {
      positions.apply((ControlRun.OfSubscription) run, index);
    }
  }

  /** What became of a control run; null while it may still come. */
  @Nullable ControlOutcome outcome(ControlRun run) {
    return run instanceof ControlRun.Registration registration
        ? outcome(registration)
        : outcome((ControlRun.OfSubscription) run);
  }

  private @Nullable ControlOutcome outcome(ControlRun.Registration run) {
    Check check = producers.checkRegistration(run.producer(), run.replaces(), run.nonce());
    long inForce = producers.registration(run.producer());
    return switch (check.kind()) {
      case NEXT -> null;
      case DUPLICATE ->
          new ControlOutcome(
              PositionTable.Answer.DONE, inForce, check.expectedSequence(), check.offset());
      default -> new ControlOutcome(PositionTable.Answer.FENCED, inForce, 0, -1);
    };
  }

  private @Nullable ControlOutcome outcome(ControlRun.OfSubscription run) {
    PositionTable.Answer answer = positions.check(run);
    if (answer == PositionTable.Answer.NEXT) {
      return null;
    }
    Subscribed known = positions.get(run.subscription());
    return known == null
        ? new ControlOutcome(answer, 0, 0, -1)
        : new ControlOutcome(answer, known.generation(), known.position(), -1);
  }
}
