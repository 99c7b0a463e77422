package io.raftlog.examples.outbox;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The application that fills the outbox: it adds lines to a file at a steady pace, whether or not
 * somebody takes them out. Owned by one thread.
 */
final class Application implements AutoCloseable {
  /** The shortest time for all lines, so that there is a middle to be killed in. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final double LEAST_LINES_PER_SECOND = 500;

  /** What is made up for when nobody called for a while. */
  private static final long MOST_NANOS_AT_ONCE = Duration.ofMillis(100).toNanos();

  private final Input input;
  private final OutputStream outbox;
  private final double linesPerNano;
  private long lastNanos = System.nanoTime();
  private double due;
  private int allowed;
  private int written;

  /** Begins an outbox. */
  Application(Path file, Input input) {
    this.input = input;
    double perSecond =
        Math.max(LEAST_LINES_PER_SECOND, input.count() / (double) LONGEST.toSeconds());
    this.linesPerNano = perSecond / Duration.ofSeconds(1).toNanos();
    try {
      this.outbox = new BufferedOutputStream(Files.newOutputStream(file));
    } catch (IOException e) {
      throw new ExampleException(file + " cannot be written: " + e, e);
    }
  }

  /** Lets it write up to that many lines in all. */
  void allow(int lines) {
    allowed = Math.min(lines, input.count());
  }

  int written() {
    return written;
  }

  /** Writes the lines that are due. */
  void tick() {
    long nowNanos = System.nanoTime();
    due += Math.min(nowNanos - lastNanos, MOST_NANOS_AT_ONCE) * linesPerNano;
    lastNanos = nowNanos;
    try {
      while (due >= 1 && written < allowed) {
        outbox.write(input.line(written));
        outbox.write('\n');
        written++;
        due--;
      }
      outbox.flush();
    } catch (IOException e) {
      throw new ExampleException("the outbox cannot be written: " + e, e);
    }
    due = Math.min(due, 1);
  }

  @Override
  public void close() {
    try {
      outbox.close();
    } catch (IOException e) {
      throw new ExampleException("the outbox cannot be closed: " + e, e);
    }
  }
}
