package io.raftlog.examples.quickstart;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Tells a person what happens: lines that stay, and beneath them one line of progress, which on a
 * terminal updates itself and elsewhere is printed once a second. Any thread.
 */
final class Console {
  private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(100);
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(1);
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final long beganNanos = System.nanoTime();
  private final ReentrantLock lock = new ReentrantLock();

  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Standard output. */
  @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 are told to answer as all others do
  static Console standard() {
    return new Console(System.out, System.console() != null);
  }

  /** Prints a line, with the time since the beginning before it. */
  void say(String format, Object... arguments) {
    String line = stamped(String.format(Locale.ROOT, format, arguments));
    lock.lock();
    try {
      out.println(terminal ? ERASE_LINE + line : line);
    } finally {
      lock.unlock();
    }
  }

  /** Prints a line for programs, as it is. */
  void print(String line) {
    lock.lock();
    try {
      out.println(line);
    } finally {
      lock.unlock();
    }
  }

  /** Something that takes a while. */
  interface Step<T> {
    T run() throws InterruptedException;
  }

  /** Shows progress while a step runs, and returns what that returns. */
  <T> T during(Supplier<String> progress, Step<T> step) throws InterruptedException {
    Progress shown = new Progress(this, progress, terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL);
    try {
      return step.run();
    } finally {
      shown.stop();
    }
  }

  void update(String progress) {
    String line = stamped(progress);
    lock.lock();
    try {
      if (terminal) {
        out.print(ERASE_LINE + line);
        out.flush();
      } else {
        out.println(line);
      }
    } finally {
      lock.unlock();
    }
  }

  void erase() {
    if (terminal) {
      lock.lock();
      try {
        out.print(ERASE_LINE);
        out.flush();
      } finally {
        lock.unlock();
      }
    }
  }

  private String stamped(String line) {
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    return String.format(Locale.ROOT, "%7.2f s  %s", seconds, line);
  }
}
