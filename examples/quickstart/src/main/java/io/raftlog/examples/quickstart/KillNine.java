package io.raftlog.examples.quickstart;

import java.nio.file.Path;

/**
 * Three nodes in three processes keep one log, while {@code kill -9} ends the one that leads, again
 * and again, under load. What is left at the end must be exactly what was sent: see {@link
 * KillRounds}.
 *
 * <p>System properties: {@code rounds}, how many times to kill, 10 if not given; {@code data},
 * where to make the temporary directory.
 */
public final class KillNine {
  private static final int DEFAULT_ROUNDS = 10;
  private static final int MAX_ROUNDS = 1_000;

  private KillNine() {}

  /**
   * Runs it; the last line is JSON.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Console console = Console.standard();
    String given = System.getProperty("rounds", String.valueOf(DEFAULT_ROUNDS));
    int rounds = 0;
    try {
      rounds = Integer.parseInt(given);
    } catch (NumberFormatException e) {
      // Told below, like a number that will not do.
    }
    if (rounds < 1 || rounds > MAX_ROUNDS) {
      console.say("rounds must be a number from 1 to %d, but is \"%s\"", MAX_ROUNDS, given);
      System.exit(Quickstart.BAD_INPUT);
    }
    System.exit(run(console, rounds));
  }

  /** Runs it, and returns the exit code: 0 only when everything was verified. */
  static int run(Console console, int rounds) {
    Path directory = Scratch.create("kill9-");
    KillReport report = KillReport.failed(rounds);
    KillRounds killRounds = new KillRounds(console, directory);
    try {
      report = killRounds.run(rounds);
    } catch (RuntimeException | InterruptedException e) {
      e.printStackTrace();
      console.say("FAILED: %s", String.valueOf(e.getMessage()));
    } finally {
      killRounds.killAll();
    }
    if (report.verified()) {
      Scratch.delete(directory);
      console.say("verified; removed %s", directory);
    } else {
      console.say("NOT VERIFIED; what the processes stored and logged is kept in %s", directory);
    }
    console.print(report.json());
    return report.verified() ? 0 : Quickstart.FAILED;
  }
}
