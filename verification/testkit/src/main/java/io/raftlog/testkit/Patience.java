package io.raftlog.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/**
 * Waits for what must happen at some time.
 *
 * @param limit after which it is given up
 */
record Patience(Duration limit) {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(2);

  /** Waits on the calling thread, so that no thread is made that a test would find. */
  void until(String what, Callable<Boolean> happened) {
    Awaitility.await(what)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL_INTERVAL)
        .atMost(limit)
        .until(happened);
  }
}
