package io.raftlog.examples.quickstart;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes in one JVM keep one log. Publishes a file line by line through all of them, kills the
 * leader in the middle, starts it again, and checks on every node that each line is there once and
 * in order: see {@link Rehearsal}.
 *
 * <p>System properties: {@code input}, a text file; {@code records}, how many lines to publish,
 * beginning anew at the file's end; {@code data}, where to make the temporary directory.
 */
public final class Quickstart {
  /** Exit code when a check failed or something broke. */
  static final int FAILED = 1;

  /** Exit code when there is nothing to publish. */
  static final int BAD_INPUT = 2;

  /** More would not fit into memory, which holds one offset for each. */
  private static final long MAX_RECORDS = 50_000_000;

  private Quickstart() {}

  /**
   * Runs it; the last line is JSON.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    System.exit(
        run(Console.standard(), System.getProperty("input"), System.getProperty("records")));
  }

  /** Runs it, and returns the exit code: 0 only when everything was verified. */
  static int run(Console console, @Nullable String input, @Nullable String records) {
    Lines lines;
    long count;
    try {
      lines = input == null ? Lines.sample() : Lines.of(Path.of(input));
      count = recordCount(records, lines);
    } catch (ExampleException | InvalidPathException e) {
      console.say("%s", String.valueOf(e.getMessage()));
      console.print(Report.failed(0).json());
      return BAD_INPUT;
    }
    return rehearse(console, new Rehearsal(console, lines, count), count);
  }

  private static int rehearse(Console console, Rehearsal rehearsal, long records) {
    Path directory = Scratch.create("quickstart-");
    try {
      Report report = rehearsal.run(directory);
      if (report.verified()) {
        Scratch.delete(directory);
        console.say("verified; removed %s", directory);
      } else {
        console.say("NOT VERIFIED; what the nodes stored is kept in %s", directory);
      }
      console.print(report.json());
      return report.verified() ? 0 : FAILED;
    } catch (RuntimeException | InterruptedException e) {
      e.printStackTrace();
      console.say("FAILED: %s", String.valueOf(e.getMessage()));
      console.say("what the nodes stored is kept in %s", directory);
      console.print(Report.failed(records).json());
      return FAILED;
    }
  }

  private static long recordCount(@Nullable String given, Lines lines) {
    if (given == null) {
      return lines.count();
    }
    try {
      long count = Long.parseLong(given);
      if (count >= 1 && count <= MAX_RECORDS) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number that will not do.
    }
    throw new ExampleException(
        "records must be a number from 1 to " + MAX_RECORDS + ", but is \"" + given + "\"");
  }
}
