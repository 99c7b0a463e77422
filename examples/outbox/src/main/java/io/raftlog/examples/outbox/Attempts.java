package io.raftlog.examples.outbox;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.BackpressureException;
import io.raftlog.NoLeaderException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks again for what may always be asked for again: a producer, a subscription. */
final class Attempts {
  private static final long PAUSE_MILLIS = 100;

  private Attempts() {}

  /** Waits for an answer, through any number of leaders. */
  static <T> T untilAnswered(Supplier<CompletableFuture<T>> question) throws InterruptedException {
    while (true) {
      try {
        return question.get().get();
      } catch (ExecutionException e) {
        if (!passes(e.getCause())) {
          throw new IllegalStateException("no answer, and no sense in asking again", e.getCause());
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** A failure that is over when a majority of the nodes is there again, or has caught up. */
  private static boolean passes(@Nullable Throwable failure) {
    return failure instanceof NoLeaderException
        || failure instanceof AppendOutcomeUnknownException
        || failure instanceof BackpressureException;
  }
}
