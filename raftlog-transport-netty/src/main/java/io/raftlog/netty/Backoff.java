package io.raftlog.netty;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: twice as long after each failure up to a limit, of
 * which a random part between a half and the whole, so that the members of a cluster do not dial a
 * restarted one all at the same moment. Owned by its peer's event loop.
 */
final class Backoff {
  private final long minNanos;
  private final long maxNanos;
  private long nextNanos;

  Backoff(Duration min, Duration max) {
    minNanos = min.toNanos();
    maxNanos = max.toNanos();
    nextNanos = minNanos;
  }

  /** The next delay, in nanoseconds. */
  long nextNanos() {
    long ceiling = nextNanos;
    nextNanos = Math.min(maxNanos, 2 * ceiling);
    return ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
  }

  /** Starts over with the shortest delay. */
  void reset() {
    nextNanos = minNanos;
  }
}
