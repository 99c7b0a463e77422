package io.raftlog.internal.replica;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A read that cannot be served yet: what it waits for, until when, and its outcome, which is what
 * it may read by then. Made by the caller; from then on the loop thread's, but for the future.
 */
final class WaitingRead {
  final CompletableFuture<ReadView> future = new CompletableFuture<>();
  final long deadlineNanos;

  /** The end offset that must be known here; 0 when a leader must be confirmed instead. */
  final long awaitedEnd;

  /** With whom it waits; null before and when it waits no longer. */
  @Nullable ReadGroup group;

  private WaitingRead(long awaitedEnd, long deadlineNanos) {
    this.awaitedEnd = awaitedEnd;
    this.deadlineNanos = deadlineNanos;
  }

  /** Waits until everything is known here that was committed anywhere when it was asked. */
  static WaitingRead forConfirmation(long deadlineNanos) {
    return new WaitingRead(0, deadlineNanos);
  }

  /** Waits until the log is known here up to an end, or until the deadline. */
  static WaitingRead forEnd(long awaitedEnd, long deadlineNanos) {
    return new WaitingRead(awaitedEnd, deadlineNanos);
  }

  boolean needsConfirmation() {
    return awaitedEnd == 0;
  }

  boolean isOver() {
    ReadGroup waitsWith = group;
    return waitsWith == null || waitsWith.isTold();
  }
}
