package io.raftlog.simulation;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.AppendResult;
import io.raftlog.BackpressureException;
import io.raftlog.LogFailedException;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeClosedException;
import io.raftlog.ProducerFencedException;
import io.raftlog.UnknownProducerException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.replica.ControlOutcome;
import io.raftlog.simulation.checkers.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A producer that appends one record now and then, sometimes so rarely that it is forgotten in
 * between. Then it must be told, and registers anew.
 */
final class SporadicProducer {
  private final World world;
  private final LogClients log;
  private final SeededRandom random;
  private final ProducerId id;
  private final long pauseNanos;

  private long registration;
  private long next;
  private long inForce;

  /** Where a call has no outcome yet, unless that node has crashed since. */
  private @Nullable Life busyOn;

  SporadicProducer(World world, LogClients log, SeededRandom random, String name, long pauseNanos) {
    this.world = world;
    this.log = log;
    this.random = random;
    this.id = ProducerId.of(name);
    this.pauseNanos = pauseNanos;
  }

  void start() {
    world.queue.after(random.exponential(pauseNanos), () -> world.watch(this::step));
  }

  private void step() {
    Life life = log.anyLife(random);
    boolean busy = busyOn != null && busyOn.isAlive();
    if (life != null && !busy) {
      busyOn = life;
      if (registration == 0) {
        register(life);
      } else {
        append(life);
      }
    }
    start();
  }

  private void register(Life life) {
    long nonce = 1 + (random.nextLong() >>> 1);
    var unused =
        life.replica(log.logId())
            .appends()
            .append(new ControlRun.Registration(id, inForce, nonce))
            .whenComplete((outcome, failure) -> world.watch(() -> registered(outcome)));
  }

  private void registered(@Nullable ControlOutcome outcome) {
    busyOn = null;
    if (outcome == null) {
      return;
    }
    inForce = outcome.inForce();
    if (outcome.isDone()) {
      registration = inForce;
      next = outcome.next();
      world.counters.add("sporadic.registered");
    }
  }

  private void append(Life life) {
    RecordBodies record = RecordBodies.of(List.of(new byte[] {1, 2, 3}));
    var unused =
        life.replica(log.logId())
            .appends()
            .append(id, registration, next, record)
            .whenComplete((result, failure) -> world.watch(() -> appended(result, failure)));
  }

  private void appended(@Nullable AppendResult result, @Nullable Throwable failure) {
    busyOn = null;
    if (result != null) {
      next++;
      world.counters.add("sporadic.appended");
    } else if (failure instanceof UnknownProducerException
        || failure instanceof ProducerFencedException) {
      registration = 0;
      world.counters.add("sporadic." + failure.getClass().getSimpleName());
    } else {
      Violation.unless(
          failure instanceof NoLeaderException
              || failure instanceof AppendOutcomeUnknownException
              || failure instanceof BackpressureException
              || failure instanceof NodeClosedException
              || failure instanceof LogFailedException,
          "Unexpected",
          () -> id + " at " + next + " failed with " + failure);
    }
  }
}
