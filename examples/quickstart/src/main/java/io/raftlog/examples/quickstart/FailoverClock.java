package io.raftlog.examples.quickstart;

import io.raftlog.AppendResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Measures how long nothing can be appended after a kill: from just before the kill until the first
 * acknowledgement of an append that was called after it and stored a new record. An append that was
 * called earlier does not count, since it may have been committed while the old leader lived; a
 * duplicate neither, since every node can recognise one without a leader. Any thread.
 */
final class FailoverClock {
  private final CompletableFuture<Duration> failover = new CompletableFuture<>();
  private volatile long beganNanos;
  private volatile long deadNanos;
  private volatile boolean dead;

  /** The kill is about to begin. */
  void killing() {
    beganNanos = System.nanoTime();
  }

  /** Nothing that the killed node does has an effect any more. */
  void killed() {
    deadNanos = System.nanoTime();
    dead = true;
  }

  /** To be told of every acknowledgement. */
  void acknowledged(Acknowledgement acknowledgement) {
    boolean counts =
        dead
            && acknowledgement.sentNanos() - deadNanos > 0
            && acknowledgement.result().outcome() == AppendResult.Outcome.APPENDED;
    if (counts && !failover.isDone()) {
      failover.complete(Duration.ofNanos(System.nanoTime() - beganNanos));
    }
  }

  /** Completes when it is known. */
  CompletableFuture<Duration> failover() {
    return failover;
  }
}
