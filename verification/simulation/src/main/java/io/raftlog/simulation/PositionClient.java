package io.raftlog.simulation;

import io.raftlog.LogFailedException;
import io.raftlog.RaftLogException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.SubscriptionId;
import io.raftlog.internal.position.Subscribed;
import io.raftlog.internal.replica.ControlOutcome;
import io.raftlog.internal.replica.Replica;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of several that claim the same durable subscription from each other, on any node, and move
 * its position for as long as they own it, and a little longer.
 */
final class PositionClient {
  /** What all that share a subscription know of it. */
  static final class Shared {
    final SubscriptionId id;

    /** The highest position that any of them was told to be committed, if it is never removed. */
    private long committed;

    /** How probable it is that one of them removes it in a step; then nothing is said of it. */
    private final double removes;

    Shared(String name, double removes) {
      this.id = SubscriptionId.of(name);
      this.removes = removes;
    }
  }

  private final World world;
  private final LogClients log;
  private final SeededRandom random;
  private final Shared shared;
  private final double claims;

  private @Nullable Life home;
  private long generation;
  private long position;
  private final Map<Life, Integer> waiting = new HashMap<>();
  private boolean stopped;

  PositionClient(World world, LogClients log, SeededRandom random, Shared shared) {
    this.world = world;
    this.log = log;
    this.random = random;
    this.shared = shared;
    this.claims = random.logUniform(5, 200) / 1000.0;
  }

  void start() {
    world.queue.after(
        random.exponential(world.settings.workload().thinkNanos() * 3),
        () -> world.watch(this::step));
  }

  /** From now on it does nothing by itself. */
  void stop() {
    stopped = true;
  }

  /** Whether a call in this life of a node has no outcome. */
  boolean waitsFor(Life life) {
    return waiting.containsKey(life);
  }

  private void step() {
    if (stopped) {
      return;
    }
    Life current = home;
    if (generation == 0 || current == null || !current.isAlive() || random.chance(claims)) {
      Life life = log.anyLife(random);
      if (life != null) {
        claim(life);
      }
    } else if (random.chance(shared.removes)) {
      call(current, new ControlRun.Removal(shared.id, generation));
    } else {
      long end = current.replica(log.logId()).reader().endOffset();
      long to = random.between(Math.min(position, end), end);
      call(current, new ControlRun.Position(shared.id, generation, to));
    }
    start();
  }

  private void claim(Life life) {
    Replica replica = life.replica(log.logId());
    Subscribed known = replica.positions().get(shared.id);
    long replaces = known == null ? 0 : known.generation();
    long nonce = 1 + (random.nextLong() >>> 1);
    call(
        life,
        new ControlRun.Claim(
            shared.id, replaces, nonce, random.between(0, replica.reader().endOffset())));
  }

  private void call(Life life, ControlRun.OfSubscription run) {
    world.counters.add("client.positions." + run.kind());
    world.trace("position", life.session(), generation, run::toString);
    waiting.merge(life, 1, Integer::sum);
    long committedBefore = shared.committed;
    var unused =
        life.replica(log.logId())
            .appends()
            .append(run)
            .whenComplete(
                (outcome, failure) ->
                    world.watch(
                        () -> {
                          waiting.merge(life, -1, (all, one) -> all + one == 0 ? null : all + one);
                          completed(life, run, outcome, failure, committedBefore);
                        }));
  }

  private void completed(
      Life life,
      ControlRun.OfSubscription run,
      @Nullable ControlOutcome outcome,
      @Nullable Throwable failure,
      long committedBefore) {
    world.trace("positioned", life.session(), generation, () -> run + " " + outcome);
    if (outcome == null) {
      world.counters.add("client.positions.failed");
      Violation.unless(
          failure instanceof RaftLogException,
          "Unexpected",
          () -> run + " on " + life.session() + " failed with " + failure);
      if (failure instanceof LogFailedException && home == life) {
        generation = 0;
      }
      return;
    }
    if (!outcome.isDone()) {
      world.counters.add("client.positions.fenced");
      if (!(run instanceof ControlRun.Claim)) {
        generation = 0;
      }
      return;
    }
    world.counters.add("client.positions.done");
    log.told(new Positions.Told(run, outcome));
    if (run instanceof ControlRun.Claim) {
      Violation.unless(
          outcome.next() >= committedBefore,
          "CommittedPositionIsSeen",
          () -> run + " " + outcome + " was called after " + committedBefore + " was committed");
      home = life;
      generation = outcome.inForce();
      position = outcome.next();
    } else if (run instanceof ControlRun.Position moved) {
      position = Math.max(position, moved.position());
      if (shared.removes == 0) {
        shared.committed = Math.max(shared.committed, moved.position());
      }
    } else {
      generation = 0;
    }
  }
}
