package io.raftlog.simulation;

import io.raftlog.AppendResult;
import io.raftlog.BackpressureException;
import io.raftlog.ProducerFencedException;
import io.raftlog.RaftLogException;
import io.raftlog.SequenceGapException;
import io.raftlog.SequenceReusedException;
import io.raftlog.UnknownProducerException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.replica.ControlOutcome;
import io.raftlog.simulation.checkers.Append;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends one producer's records through any node, several at a time, and again until they are
 * there: after a failure it goes back to the first one that it has no proof of. Some register their
 * producer now and then, which fences what they had in flight themselves.
 */
final class ProducerClient {
  /** A call, and up to where everything was proven to be in the log when it was made. */
  private record Attempt(Append append, Life life, long registration, long provenBefore) {}

  private final World world;
  private final LogClients log;
  private final SeededRandom random;
  private final String name;
  private final ProducerId id;
  private final Settings.WorkloadSettings settings;
  private final List<Attempt> outstanding = new ArrayList<>();

  /** Calls by sequence of which the caller was not told that they have failed for good. */
  private final Map<Long, Integer> possible = new HashMap<>();

  private final Map<Long, Integer> versions = new HashMap<>();

  /** Decides about registrations. */
  private final SeededRandom registrar;

  /** How probable one is in a step. */
  private final double registers;

  /** Under which it appends, 0 for none. */
  private long registration;

  /** The one that is in force as far as it knows. */
  private long inForce;

  /** Where a registration has no outcome yet. */
  private @Nullable Life registeringOn;

  /** Everything below is in the log. */
  private long proven;

  private long next;
  private boolean goingBack;
  private @Nullable Life through;
  private boolean stopped;

  ProducerClient(World world, LogClients log, String name) {
    this.world = world;
    this.log = log;
    this.name = name;
    this.id = ProducerId.of(name);
    this.random = world.newRandom();
    this.settings = world.settings.workload();
    this.registrar = world.randomAside(name.hashCode());
    this.registers = registrar.chance(0.4) ? registrar.logUniform(1, 200) / 1000.0 : 0;
  }

  void start() {
    world.queue.after(random.exponential(settings.thinkNanos()), () -> world.watch(this::step));
  }

  void stop() {
    stopped = true;
  }

  private void step() {
    if (stopped) {
      return;
    }
    forgetTheDead();
    if (goingBack && (outstanding.isEmpty() || random.chance(settings.impatience()))) {
      goingBack = false;
      next = proven;
      through = null;
    }
    Life life = through;
    if (life == null || !life.isAlive() || random.chance(0.02)) {
      life = log.anyLife(random);
      through = life;
    }
    if (life != null && registeringOn == null && registrar.chance(registers)) {
      register(life);
    }
    if (!goingBack && life != null) {
      int burst = (int) random.between(1, settings.window());
      while (burst-- > 0 && next < proven + settings.window() && !goingBack) {
        send(life);
      }
    }
    start();
  }

  private void forgetTheDead() {
    int before = outstanding.size();
    outstanding.removeIf(attempt -> !attempt.life().isAlive());
    if (registeringOn != null && !registeringOn.isAlive()) {
      registeringOn = null;
    }
    goingBack |= outstanding.size() < before;
  }

  private void send(Life life) {
    if (random.chance(settings.gaps())) {
      next += random.between(1, 3);
      world.counters.add("client.gaps");
    }
    int version = versionOf(next);
    int count = 1;
    int most = random.chance(0.3) ? (int) random.between(1, settings.maxList()) : 1;
    while (count < most && versionOf(next + count) == version) {
      count++;
    }
    RecordKey first = new RecordKey(name, next, version);
    if (random.chance(0.01)) {
      // A caller's double click: the same call twice.
      call(life, first, count);
    }
    next += count;
    call(life, first, count);
  }

  /** A sequence whose every call was refused for good may be used for something else. */
  private int versionOf(long sequence) {
    int version = versions.getOrDefault(sequence, 0);
    Integer calls = possible.get(sequence);
    if (calls != null && calls == 0 && random.chance(0.5)) {
      version++;
      possible.remove(sequence);
      versions.put(sequence, version);
    }
    return version;
  }

  private void call(Life life, RecordKey first, int count) {
    Append append = log.history().invoke(life.session(), first, count);
    for (int i = 0; i < count; i++) {
      possible.merge(first.sequence() + i, 1, Integer::sum);
    }
    Attempt attempt = new Attempt(append, life, registration, proven);
    outstanding.add(attempt);
    world.counters.add("client.appends");
    world.trace("append", life.session(), append.invoked, append::toString);
    var unused =
        life.replica(log.logId())
            .appends()
            .append(id, registration, first.sequence(), log.payloads().of(first, count))
            .whenComplete(
                (result, failure) -> world.watch(() -> completed(attempt, result, failure)));
  }

  private void register(Life life) {
    world.counters.add("client.registrations");
    world.trace("register", life.session(), inForce, () -> name);
    registeringOn = life;
    long provenBefore = proven;
    var unused =
        life.replica(log.logId())
            .appends()
            .append(new ControlRun.Registration(id, inForce, 1 + (registrar.nextLong() >>> 1)))
            .whenComplete(
                (outcome, failure) ->
                    world.watch(
                        () -> {
                          if (life == registeringOn) {
                            registeringOn = null;
                          }
                          registered(life, outcome, provenBefore);
                        }));
  }

  private void registered(Life life, @Nullable ControlOutcome outcome, long provenBefore) {
    world.trace("registered", life.session(), inForce, () -> name + " " + outcome);
    if (outcome == null) {
      return; // it may come into force yet
    }
    if (outcome.inForce() > inForce) {
      inForce = outcome.inForce();
    }
    if (!outcome.isDone()) {
      return;
    }
    world.counters.add("client.registrations.won");
    log.registered(new LogClients.Registered(name, outcome));
    Violation.unless(
        outcome.next() >= provenBefore,
        "NothingForgotten",
        () -> name + " registered: " + outcome + ", proven up to " + provenBefore);
    if (outcome.inForce() == inForce) {
      registration = inForce;
      prove(outcome.next());
      goingBack = true;
    }
  }

  private void completed(
      Attempt attempt, @Nullable AppendResult result, @Nullable Throwable failure) {
    Append append = attempt.append();
    outstanding.remove(attempt);
    long first = append.first.sequence();
    if (result != null) {
      log.history().acknowledged(append, result.offset(), result.outcome().name());
      world.counters.add("client.append." + result.outcome());
      prove(first + append.count);
    } else if (failure instanceof RaftLogException refusal) {
      boolean definite = refusal.fate() == RaftLogException.Fate.NOT_APPENDED;
      log.history().failed(append, definite, refusal.getClass().getSimpleName());
      world.counters.add("client.append." + refusal.getClass().getSimpleName());
      if (definite) {
        for (int i = 0; i < append.count; i++) {
          possible.computeIfPresent(first + i, (sequence, calls) -> calls - 1);
        }
      }
      onRefusal(attempt, refusal);
    } else {
      throw new Violation("Unexpected", append + " failed with " + failure);
    }
    world.trace("appended", append.session, append.invoked, append::toString);
  }

  private void onRefusal(Attempt attempt, RaftLogException refusal) {
    Append append = attempt.append();
    long before = attempt.provenBefore();
    goingBack = true;
    if (refusal instanceof SequenceGapException gap) {
      Violation.unless(
          gap.expectedSequence() >= before,
          "NothingForgotten",
          () -> append + ": expected " + gap.expectedSequence() + ", proven up to " + before);
      prove(gap.expectedSequence());
    } else if (refusal instanceof UnknownProducerException) {
      Violation.unless(
          before == 0, "NothingForgotten", () -> append + ": unknown, proven up to " + before);
    } else if (refusal instanceof SequenceReusedException) {
      throw new Violation("SequenceReused", append + ": " + refusal.getMessage());
    } else if (refusal instanceof ProducerFencedException) {
      Violation.unless(
          attempt.registration() != 0,
          "FencedByNobody",
          () -> append + " was appended under no registration");
      if (registration == attempt.registration()) {
        registration = 0; // one of its own that had no outcome has come into force
      }
    } else if (refusal instanceof BackpressureException) {
      through = random.chance(0.5) ? null : through;
    } else {
      through = null;
    }
  }

  private void prove(long sequence) {
    for (; proven < sequence; proven++) {
      possible.remove(proven);
      versions.remove(proven);
    }
    next = Math.max(next, proven);
  }

  /** Whether a call in this life of a node has no outcome. */
  boolean waitsFor(Life life) {
    return registeringOn == life
        || outstanding.stream().anyMatch(attempt -> attempt.life() == life);
  }
}
