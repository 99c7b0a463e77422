package io.raftlog.examples.outbox;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An application writes lines into an outbox; a producer takes them to a log of three nodes; a
 * consumer counts them. The processes of producer and consumer are killed with {@code kill -9}
 * again and again, and the consumer moves to another node while the old one is alive. In the end
 * every line must be in the log once, in order, on every node, and counted once: see {@link
 * Rehearsal}.
 *
 * <p>System properties: {@code input}, a text file, best an access log; {@code records}, how many
 * lines to write, beginning anew at the file's end; {@code kills}, how many times to kill, 6 if not
 * given; {@code data}, where to make the temporary directory.
 */
public final class OutboxExample {
  /** Exit code when a check failed or something broke. */
  static final int FAILED = 1;

  /** Exit code when it cannot be done with what was given. */
  static final int BAD_INPUT = 2;

  private static final String DEFAULT_KILLS = "6";
  private static final int MAX_KILLS = 100;

  private OutboxExample() {}

  /**
   * Runs it.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    System.exit(
        run(
            new Console(System.out),
            System.getProperty("input"),
            System.getProperty("records"),
            System.getProperty("kills", DEFAULT_KILLS)));
  }

  /** Runs it, and returns the exit code: 0 only when everything was verified. */
  static int run(Console console, @Nullable String file, @Nullable String records, String kills) {
    Input input;
    int killCount;
    try {
      input = Input.of(file, records);
      killCount = Input.number("kills", kills, MAX_KILLS);
    } catch (ExampleException e) {
      console.say("%s", String.valueOf(e.getMessage()));
      return BAD_INPUT;
    }
    console.say("input: %s, %,d lines", input.name(), input.count());
    Path directory = Scratch.create();
    boolean verified = rehearse(console, directory, input, killCount);
    if (verified) {
      Scratch.delete(directory);
      console.say("verified; removed %s", directory);
      return 0;
    }
    console.say("NOT VERIFIED; what the processes stored and logged is kept in %s", directory);
    return FAILED;
  }

  private static boolean rehearse(Console console, Path directory, Input input, int kills) {
    try (Rehearsal rehearsal = new Rehearsal(console, directory, input)) {
      Report report = rehearsal.run(kills);
      console.print(report.table());
      return report.isClean();
    } catch (RuntimeException | InterruptedException e) {
      e.printStackTrace();
      console.say("FAILED: %s", String.valueOf(e.getMessage()));
      return false;
    }
  }
}
