package io.raftlog.examples.quickstart;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what only asking again tells. */
final class Waiting {
  private static final long POLL_MILLIS = 5;

  private Waiting() {}

  /** Asks until there is a value. */
  static <T> T forValue(String what, Duration limit, Supplier<Optional<T>> question)
      throws InterruptedException {
    long beganNanos = System.nanoTime();
    Optional<T> answer = question.get();
    while (answer.isEmpty()) {
      if (System.nanoTime() - beganNanos > limit.toNanos()) {
        throw new ExampleException("waited " + limit.toSeconds() + " s in vain for " + what);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      answer = question.get();
    }
    return answer.get();
  }

  /** Asks until the answer is yes. */
  static void until(String what, Duration limit, BooleanSupplier question)
      throws InterruptedException {
    Boolean unused =
        forValue(what, limit, () -> question.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }
}
