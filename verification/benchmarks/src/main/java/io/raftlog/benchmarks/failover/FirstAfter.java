package io.raftlog.benchmarks.failover;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for the first acknowledgement of an append that was called after a moment. One that was
 * called before is no news: the leader may have acknowledged it while it lived. Told by any thread.
 */
final class FirstAfter {
  private final CompletableFuture<Long> first = new CompletableFuture<>();
  private final long nanos;

  /** A moment, of {@link System#nanoTime}, which all processes of a machine share on Linux. */
  FirstAfter(long nanos) {
    this.nanos = nanos;
  }

  void acknowledged(long calledNanos, long acknowledgedNanos) {
    if (calledNanos - nanos > 0) {
      first.complete(acknowledgedNanos);
    }
  }

  /** When it was acknowledged. Blocks. */
  long await(long limitSeconds) throws InterruptedException, TimeoutException {
    try {
      return first.get(limitSeconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new TimeoutException("no append was acknowledged for " + limitSeconds + " s");
    }
  }
}
