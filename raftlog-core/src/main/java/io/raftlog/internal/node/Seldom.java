package io.raftlog.internal.node;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** When to say once more what could be said over and over. Any thread. */
final class Seldom {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

  /** True for one caller in ten seconds. */
  boolean isDue() {
    long now = System.nanoTime();
    long said = saidNanos.get();
    return now - said >= INTERVAL_NANOS && saidNanos.compareAndSet(said, now);
  }
}
