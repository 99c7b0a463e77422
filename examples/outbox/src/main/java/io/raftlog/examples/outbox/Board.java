package io.raftlog.examples.outbox;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The numbers by which a process tells how far it is: each time that one has changed, a line with
 * its name and its value. Any thread sets them, one prints.
 */
final class Board {
  /** How many items the log had when the producer began. */
  static final String RESUMED = "resumed";

  /** How many items are known to be in the log. */
  static final String ACKNOWLEDGED = "acknowledged";

  /** The position at which the consumer began. */
  static final String CLAIMED = "claimed";

  /** The position that is known to be committed. */
  static final String COMMITTED = "committed";

  /** 1 when the consumer has given up since another one has taken over. */
  static final String FENCED = "fenced";

  private static final long INTERVAL_MILLIS = 20;

  private final Map<String, Long> values = new ConcurrentHashMap<>();

  void set(String name, long value) {
    values.put(name, value);
  }

  /** Prints what changes, without end. */
  void print(PrintStream out) throws InterruptedException {
    Map<String, Long> printed = new HashMap<>();
    while (true) {
      values.forEach(
          (name, value) -> {
            if (!value.equals(printed.put(name, value))) {
              out.println(name + " " + value);
            }
          });
      TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
    }
  }
}
