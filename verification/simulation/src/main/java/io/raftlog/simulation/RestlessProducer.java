package io.raftlog.simulation;

import io.raftlog.AppendResult;
import io.raftlog.RaftLogException;
import io.raftlog.UnknownProducerException;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends with numbers of its own, each number by one call, and soon goes on with the next one on
 * another node. When the log has forgotten it, it begins again with 0 on the node that said so, and
 * stays there. When it cannot go on it takes a new id.
 */
final class RestlessProducer {
  private static final long MILLI = 1_000_000;
  private static final long LONG_PAUSE_NANOS = 5_000 * MILLI;

  /** A call, and what the caller was told. */
  private static final class Call {
    final RecordKey key;
    final Life life;
    @Nullable AppendResult result;
    @Nullable Throwable failure;

    Call(RecordKey key, Life life) {
      this.key = key;
      this.life = life;
    }
  }

  private final World world;
  private final LogClients log;
  private final SeededRandom random;
  private final String name;
  private final boolean mayExpire;
  private final List<Call> calls = new ArrayList<>();
  private int ids;
  private String id;
  private long next;
  private int version;
  private boolean stopped;

  /** Where it began again, and has to stay. */
  private @Nullable Life home;

  RestlessProducer(World world, LogClients log, SeededRandom random, String name) {
    this.world = world;
    this.log = log;
    this.random = random;
    this.name = name;
    this.mayExpire = world.settings.replica().log().producerExpiryNanos() < Long.MAX_VALUE;
    this.id = name + "." + ids;
  }

  void start() {
    world.queue.after(
        random.exponential(mayExpire && random.chance(0.005) ? LONG_PAUSE_NANOS : 50 * MILLI),
        () -> {
          if (!stopped) {
            world.watch(this::step);
            start();
          }
        });
  }

  void stop() {
    stopped = true;
  }

  private void step() {
    Life life = home == null ? log.anyLife(random) : home;
    if (life == null) {
      return;
    }
    if (!life.isAlive() || random.chance(0.01)) {
      takeNewId();
      return;
    }
    Call call = new Call(new RecordKey(id, next, version++), life);
    calls.add(call);
    next++;
    var unused =
        life.replica(log.logId())
            .appends()
            .append(ProducerId.of(id), 0, call.key.sequence(), log.payloads().of(call.key, 1))
            .whenComplete((told, thrown) -> world.watch(() -> told(call, life, told, thrown)));
  }

  private void takeNewId() {
    ids++;
    id = name + "." + ids;
    next = 0;
    home = null;
  }

  private void told(
      Call call, Life life, @Nullable AppendResult result, @Nullable Throwable failure) {
    call.result = result;
    call.failure = failure;
    if (result != null) {
      world.counters.add("restless.appended");
    } else if (failure instanceof UnknownProducerException
        && call.key.producer().equals(id)
        && home == null) {
      home = life;
      next = 0;
      world.counters.add("restless.begun.again");
    } else if (call.key.producer().equals(id)) {
      takeNewId();
    }
  }

  /** A process that runs has told every caller something by now. */
  void checkNobodyWaits(Life life) {
    for (Call call : calls) {
      Violation.unless(
          call.life != life || call.result != null || call.failure != null,
          "Liveness",
          () -> call.key + " has no outcome");
    }
  }

  /** What was told must be so; the log has each call's record once at most. */
  void check(Map<RecordKey, List<Long>> offsets) {
    for (Call call : calls) {
      List<Long> places = offsets.getOrDefault(call.key, List.of());
      if (call.result != null) {
        long offset = call.result.offset();
        Violation.unless(
            places.contains(offset) || (offset < 0 && !places.isEmpty()),
            "AcknowledgedIsThere",
            () -> call.key + " was acknowledged at " + offset + ", and is at " + places);
      } else if (call.failure instanceof RaftLogException known
          && known.fate() == RaftLogException.Fate.NOT_APPENDED) {
        Violation.unless(
            places.isEmpty(),
            "RefusedIsNotThere",
            () -> call.key + " is at " + places + ", and its caller was told " + call.failure);
      }
    }
  }
}
