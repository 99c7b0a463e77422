package io.raftlog.benchmarks.contender;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waits for what nobody announces. */
public final class Waiting {
  /** How long a contender may take to elect a leader: longer than any of them needs. */
  public static final Duration LEADER_LIMIT = Duration.ofMinutes(1);

  private static final long POLL_MILLIS = 20;

  private Waiting() {}

  /**
   * Asks again and again until there is a value. Blocks.
   *
   * @param what is waited for, in the message of the exception
   * @param limit how long
   * @param source the value, if it is there
   */
  public static <T> T forValue(String what, Duration limit, Supplier<Optional<T>> source)
      throws InterruptedException, TimeoutException {
    long startNanos = System.nanoTime();
    while (true) {
      Optional<T> value = source.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - startNanos > limit.toNanos()) {
        throw new TimeoutException("no " + what + " after " + limit.toSeconds() + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
