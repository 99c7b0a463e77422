package io.raftlog.simulation;

import io.raftlog.Consistency;
import io.raftlog.LogRecord;
import io.raftlog.OffsetOutOfRangeException;
import io.raftlog.RaftLogException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Reads on any node, from anywhere, with either consistency. */
final class ReaderClient {
  record Call(Life life, boolean linearizable, long offset, long invoked) {
    @Override
    public String toString() {
      return (linearizable ? "linearizable" : "local")
          + " read of "
          + offset
          + " on "
          + life.session()
          + " from "
          + invoked;
    }
  }

  private final World world;
  private final LogClients log;
  private final SeededRandom random;
  private long knownEnd;
  private boolean stopped;
  private final List<Call> outstanding = new ArrayList<>();

  ReaderClient(World world, LogClients log) {
    this.world = world;
    this.log = log;
    this.random = world.newRandom();
  }

  void start() {
    world.queue.after(
        random.exponential(world.settings.workload().thinkNanos() * 2),
        () -> world.watch(this::step));
  }

  void stop() {
    stopped = true;
  }

  private void step() {
    if (stopped) {
      return;
    }
    Life life = log.anyLife(random);
    if (life != null) {
      read(life);
    }
    start();
  }

  private long offset() {
    double drawn = random.nextDouble();
    if (drawn < 0.3) {
      return knownEnd;
    }
    if (drawn < 0.35) {
      return knownEnd + random.between(1, 100);
    }
    return drawn < 0.7
        ? Math.max(0, knownEnd - random.between(1, 50))
        : random.between(0, knownEnd);
  }

  Call call(Life life, boolean linearizable, long offset) {
    Call call = new Call(life, linearizable, offset, log.history().tick());
    outstanding.add(call);
    return call;
  }

  private void read(Life life) {
    boolean linearizable = random.chance(0.5);
    Call call = call(life, linearizable, offset());
    ReadOptions options = options(linearizable);
    world.counters.add(linearizable ? "client.reads.linearizable" : "client.reads.local");
    world.trace("read", life.session(), call.offset, () -> options.toString() + call.offset);
    var unused =
        life.replica(log.logId())
            .reader()
            .read(call.offset, options, life.nowNanos())
            .whenComplete((result, failure) -> world.watch(() -> completed(call, result, failure)));
  }

  private ReadOptions options(boolean linearizable) {
    ReadOptions options =
        ReadOptions.DEFAULT
            .withMaxRecords((int) random.between(1, 30))
            .withConsistency(linearizable ? Consistency.LINEARIZABLE : Consistency.LOCAL)
            .withTimeout(Duration.ofMillis(random.between(100, 10_000)));
    if (random.chance(0.3)) {
      options = options.withWaitFor(Duration.ofMillis(random.between(1, 5_000)));
    }
    if (random.chance(0.1)) {
      options = options.withAtLeast(knownEnd + random.between(0, 3));
    }
    return random.chance(0.2)
        ? options.withMaxStaleness(Duration.ofMillis(random.between(0, 1_000)))
        : options;
  }

  void completed(Call call, @Nullable ReadResult result, @Nullable Throwable failure) {
    if (!outstanding.remove(call)) {
      throw new Violation("CompletedOnce", call + " completed again");
    }
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    if (result != null) {
      seen(call, result);
    } else if (cause instanceof OffsetOutOfRangeException beyond) {
      world.counters.add("client.reads.outOfRange");
      record(call, List.of(), beyond.endOffset());
    } else if (cause instanceof RaftLogException) {
      world.counters.add("client.reads." + cause.getClass().getSimpleName());
    } else {
      throw new Violation("Unexpected", call + " failed with " + cause);
    }
  }

  private void seen(Call call, ReadResult result) {
    List<RecordKey> keys = new ArrayList<>(result.records().size());
    for (LogRecord record : result.records()) {
      long expected = call.offset() + keys.size();
      Violation.unless(
          record.offset() == expected,
          "DenseOffsets",
          () -> record.offset() + " instead of " + expected);
      keys.add(log.payloads().keyOf(record.payload(), record.producerId(), record.sequence()));
    }
    Violation.unless(
        result.nextOffset() == call.offset() + keys.size() && result.startOffset() == 0,
        "DenseOffsets",
        () -> call + " returned " + result);
    Violation.unless(
        !keys.isEmpty() || call.offset() == result.endOffset(),
        "ReadsReturnWhatIsThere",
        () -> call + " returned nothing, the end is " + result.endOffset());
    world.counters.add("client.reads.records", keys.size());
    record(call, keys, result.endOffset());
  }

  private void record(Call call, List<RecordKey> keys, long endOffset) {
    knownEnd = Math.max(knownEnd, endOffset);
    log.history()
        .read(
            call.life().session(),
            call.linearizable(),
            call.offset(),
            keys,
            endOffset,
            call.invoked());
    world.trace("readEnd", call.life().session(), endOffset, () -> call + " end " + endOffset);
  }

  /** Whether a call in this life of a node has no outcome. */
  boolean waitsFor(Life life) {
    return outstanding.stream().anyMatch(call -> call.life() == life);
  }
}
