package io.raftlog.simulation;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that happens in a run, a line per event: hashed always, so that two runs can be
 * compared, and printed when somebody wants to read it.
 */
final class Trace {
  private final @Nullable PrintStream out;
  private long hash = 0xcbf29ce484222325L;
  private long lines;

  Trace(@Nullable PrintStream out) {
    this.out = out;
  }

  /**
   * Adds an event.
   *
   * @param what happened; a constant
   * @param where node or link
   * @param number whatever tells this event from others like it
   * @param detail for the reader only
   */
  void add(long timeNanos, String what, String where, long number, Supplier<String> detail) {
    lines++;
    hash = hash * 0x100000001b3L + timeNanos;
    hash = hash * 0x100000001b3L + what.hashCode();
    hash = hash * 0x100000001b3L + where.hashCode();
    hash = SeededRandom.mix(hash + number);
    if (out != null) {
      out.printf(
          Locale.ROOT, "%12.6f %-10s %-12s %s%n", timeNanos / 1e9, where, what, detail.get());
    }
  }

  /** Equal for equal runs. */
  long hash() {
    return hash;
  }

  /** How many events there were. */
  long lines() {
    return lines;
  }
}
