package io.raftlog.simulation;

import io.raftlog.RaftLogException;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.simulation.checkers.Append;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;

/** One record that must get into the log through one node, after as many calls as it takes. */
final class Probe {
  private static final long RETRY_NANOS = 50_000_000;

  private final World world;
  private final LogClients log;
  private final Life life;
  private final RecordKey key;
  private final ProducerId producer;
  private boolean done;

  Probe(World world, LogClients log, Life life, RecordKey key) {
    this.world = world;
    this.log = log;
    this.life = life;
    this.key = key;
    this.producer = ProducerId.of(key.producer());
  }

  void call() {
    Append append = log.history().invoke(life.session(), key, 1);
    var unused =
        life.replica(log.logId())
            .appends()
            .append(producer, 0, 0, log.payloads().of(key, 1))
            .whenComplete(
                (result, failure) ->
                    world.watch(
                        () -> {
                          if (result != null) {
                            log.history().acknowledged(append, result.offset(), "probe");
                            done = true;
                          } else {
                            retry(append, failure);
                          }
                        }));
  }

  private void retry(Append append, Throwable failure) {
    if (!(failure instanceof RaftLogException refusal)) {
      throw new Violation("Unexpected", append + " failed with " + failure);
    }
    boolean definite = refusal.fate() == RaftLogException.Fate.NOT_APPENDED;
    log.history().failed(append, definite, refusal.toString());
    world.queue.after(RETRY_NANOS, () -> world.watch(this::call));
  }

  boolean isDone() {
    return done;
  }
}
