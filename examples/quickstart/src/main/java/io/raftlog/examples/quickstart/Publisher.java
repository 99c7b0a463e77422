package io.raftlog.examples.quickstart;

import io.raftlog.AppendResult;
import io.raftlog.RaftLogException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one producer's records: all of them, in order, each exactly once, whatever happens to
 * the nodes. Owned by the one thread that calls {@link #run}.
 *
 * <p>It numbers the records 0, 1, 2 … and keeps a window of appends in flight without waiting for
 * each. It looks at the outcomes in order. When the oldest append fails, it goes back to that one
 * and appends everything from there on again, under the same numbers: the log recognises what it
 * has already, and answers with the original offset.
 */
final class Publisher {
  /** Before an append is tried again: long enough not to spin, short enough not to be noticed. */
  private static final long PAUSE_MILLIS = 20;

  private final String producerId;
  private final RecordSource source;
  private final NodeChoice nodes;
  private final int window;
  private final Listener listener;

  /** What was appended and not yet acknowledged, oldest first. */
  private final Deque<InFlight> inFlight = new ArrayDeque<>();

  private long acknowledged;
  private long next;

  /** Is told of every record that the log has acknowledged. */
  interface Listener {
    /** In the order of the sequences, each once, on the publisher's thread; may block it. */
    void acknowledged(Acknowledgement acknowledgement) throws InterruptedException;
  }

  private record InFlight(long sequence, long sentNanos, CompletableFuture<AppendResult> result) {}

  /**
   * Makes one.
   *
   * @param producerId its name, used by nobody else
   * @param source what to publish
   * @param firstSequence where to begin: 0, or after a restart the first record that is not known
   *     to be in the log
   * @param nodes where to publish
   * @param window how many appends may be in flight
   * @param listener is told of every record
   */
  Publisher(
      String producerId,
      RecordSource source,
      long firstSequence,
      NodeChoice nodes,
      int window,
      Listener listener) {
    this.producerId = producerId;
    this.source = source;
    this.acknowledged = firstSequence;
    this.next = firstSequence;
    this.nodes = nodes;
    this.window = window;
    this.listener = listener;
  }

  /**
   * Publishes everything that the source has. Blocks until the last record is acknowledged.
   *
   * @throws InterruptedException when told to stop; what is in flight may or may not get into the
   *     log, and can be published again from the first record that was not acknowledged
   * @throws RaftLogException when publishing cannot go on; see {@link Remedy#GIVE_UP}
   */
  void run() throws InterruptedException {
    while (acknowledged < source.count()) {
      fillWindow();
      awaitOldest();
    }
  }

  private void fillWindow() {
    while (inFlight.size() < window && next < source.count()) {
      byte[] payload = source.payload(next);
      long now = System.nanoTime();
      CompletableFuture<AppendResult> result = nodes.log().append(producerId, next, payload);
      inFlight.add(new InFlight(next, now, result));
      next++;
    }
  }

  /** Needs no time limit of its own: every append gets an outcome within the log's time limit. */
  private void awaitOldest() throws InterruptedException {
    InFlight oldest = inFlight.element();
    AppendResult result;
    try {
      result = oldest.result.get();
    } catch (ExecutionException e) {
      recover(e.getCause());
      return;
    }
    inFlight.remove();
    acknowledged = oldest.sequence + 1;
    listener.acknowledged(
        new Acknowledgement(producerId, oldest.sequence, oldest.sentNanos, result));
  }

  private void recover(@Nullable Throwable cause) throws InterruptedException {
    if (!(cause instanceof RaftLogException failure)) {
      throw new IllegalStateException("an append failed in an unexpected way", cause);
    }
    switch (Remedy.of(failure)) {
      case TRY_AGAIN -> {}
      case TRY_ELSEWHERE -> nodes.moveOn();
      case GIVE_UP -> throw failure;
    }
    inFlight.clear();
    next = acknowledged;
    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
  }
}
