package io.raftlog.examples.outbox;

import java.io.PrintStream;
import java.util.Locale;

/** Tells a person what happens, with the time since the beginning. Used by one thread. */
final class Console {
  private final PrintStream out;
  private final long beganNanos = System.nanoTime();

  Console(PrintStream out) {
    this.out = out;
  }

  double seconds() {
    return (System.nanoTime() - beganNanos) / 1e9;
  }

  void say(String format, Object... arguments) {
    String line = String.format(Locale.ROOT, format, arguments);
    out.println(String.format(Locale.ROOT, "%7.2f s  %s", seconds(), line));
  }

  /** Prints a table, as it is. */
  void print(String table) {
    out.println(table);
  }
}
