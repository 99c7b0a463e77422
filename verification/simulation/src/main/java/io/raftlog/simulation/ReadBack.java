package io.raftlog.simulation;

import io.raftlog.BackpressureException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.simulation.checkers.Violation;
import org.jspecify.annotations.Nullable;

/** Reads a whole log through one node, from memory and disk, as clients do. */
final class ReadBack {
  private static final ReadOptions OPTIONS = ReadOptions.DEFAULT.withMaxRecords(500);

  private final World world;
  private final ReaderClient reader;
  private final LogClients log;
  private final Life life;
  private long offset;
  private boolean done;

  ReadBack(World world, LogClients log, Life life) {
    this.world = world;
    this.log = log;
    this.life = life;
    this.reader = new ReaderClient(world, log);
  }

  void read() {
    ReaderClient.Call call = reader.call(life, false, offset);
    var unused =
        life.replica(log.logId())
            .reader()
            .read(offset, OPTIONS, life.nowNanos())
            .whenComplete((result, failure) -> world.watch(() -> next(call, result, failure)));
  }

  private void next(
      ReaderClient.Call call, @Nullable ReadResult result, @Nullable Throwable failure) {
    boolean again = failure instanceof BackpressureException;
    Violation.unless(result != null || again, "EverythingIsReadable", () -> call + ": " + failure);
    reader.completed(call, result, failure);
    if (result != null) {
      offset = result.nextOffset();
      done = offset == result.endOffset();
    }
    if (!done) {
      world.queue.after(1_000, () -> world.watch(this::read));
    }
  }

  boolean isDone() {
    return done;
  }
}
