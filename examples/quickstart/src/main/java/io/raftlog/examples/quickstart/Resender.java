package io.raftlog.examples.quickstart;

import io.raftlog.AppendResult;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Appends a tenth of the acknowledged records once more, on purpose, as a producer does that
 * crashed before it could note the acknowledgement: same producer, sequence and payload, through
 * all nodes in turn. Nothing of it may be stored. Thread-safe.
 *
 * <p>Whether an answer says {@code DUPLICATE} is not looked at: if the leader was lost while the
 * second append was on its way, nobody can know whether it was that one or the first that got into
 * the log. The offset tells what matters.
 */
final class Resender {
  private static final int ONE_IN = 10;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final List<Supplier<RaftLog>> nodes;
  private final int window;
  private final Semaphore room;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicLong resent = new AtomicLong();
  private final AtomicLong elsewhere = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /**
   * What came of it.
   *
   * @param resent how many appends were sent again
   * @param elsewhere how many were answered with another offset than the first time: must be 0, or
   *     something was stored twice
   * @param refused how many were refused for good: must be 0
   */
  record Outcome(long resent, long elsewhere, long refused) {
    boolean isClean() {
      return elsewhere == 0 && refused == 0;
    }
  }

  /**
   * Makes one.
   *
   * @param nodes where to append
   * @param window how many appends may be in flight
   */
  Resender(List<Supplier<RaftLog>> nodes, int window) {
    this.nodes = List.copyOf(nodes);
    this.window = window;
    this.room = new Semaphore(window);
  }

  /** Sends it again if it is a tenth one. Blocks while too many are in flight. */
  void offer(Acknowledgement acknowledged, RecordSource source) throws InterruptedException {
    if (acknowledged.sequence() % ONE_IN == 0) {
      room.acquire();
      resent.incrementAndGet();
      send(acknowledged, source.payload(acknowledged.sequence()));
    }
  }

  private void send(Acknowledgement first, byte[] payload) {
    RaftLog log = nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size())).get();
    CompletableFuture<AppendResult> unused =
        log.append(first.producerId(), first.sequence(), payload)
            .whenComplete((again, failure) -> onAnswer(first, payload, again, failure));
  }

  private void onAnswer(
      Acknowledgement first,
      byte[] payload,
      @Nullable AppendResult again,
      @Nullable Throwable failure) {
    if (again == null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof RaftLogException known && Remedy.of(known) != Remedy.GIVE_UP) {
        LATER.execute(() -> send(first, payload));
        return;
      }
      refused.incrementAndGet();
    } else if (again.offset() != first.result().offset()) {
      elsewhere.incrementAndGet();
    }
    room.release();
  }

  /** Waits until everything that was sent again is answered. */
  Outcome finish() throws InterruptedException {
    room.acquire(window);
    return new Outcome(resent.get(), elsewhere.get(), refused.get());
  }
}
