package io.raftlog.benchmarks.load;

import io.raftlog.benchmarks.contender.AppendTarget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * The longest time in which no append was acknowledged. Thread-safe; {@link #begin} and {@link
 * #longestNanos} are for the thread that measures.
 */
public final class Pauses {
  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
  private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

  /** Forgets what was before: time counts from now. */
  public void begin() {
    lastNanos.set(System.nanoTime());
    longestNanos.reset();
  }

  /** Notes that an append was acknowledged now. */
  public void acknowledged() {
    // Two threads may come here in another order than they have read the clock.
    long now = System.nanoTime();
    longestNanos.accumulate(now - lastNanos.getAndAccumulate(now, Math::max));
  }

  /** The longest pause since {@link #begin}, in nanoseconds; one that has not ended counts too. */
  public long longestNanos() {
    return Math.max(longestNanos.get(), System.nanoTime() - lastNanos.get());
  }

  /** The same target, whose acknowledgements are noted here. */
  public AppendTarget noting(AppendTarget target) {
    return new AppendTarget() {
      @Override
      public void awaitLeader() throws Exception {
        target.awaitLeader();
      }

      @Override
      public CompletableFuture<?> append(byte[] payload) {
        return target
            .append(payload)
            .whenComplete(
                (result, failure) -> {
                  if (failure == null) {
                    acknowledged();
                  }
                });
      }
    };
  }
}
