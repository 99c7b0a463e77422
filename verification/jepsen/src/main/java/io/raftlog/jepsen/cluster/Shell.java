package io.raftlog.jepsen.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands on this machine. */
final class Shell {
  private static final long TIMEOUT_SECONDS = 60;

  /**
   * How a command ended.
   *
   * @param code its exit code
   * @param output what it wrote, errors included
   */
  record Result(int code, String output) {
    boolean ok() {
      return code == 0;
    }
  }

  private Shell() {}

  /** Runs a command; a program that is not there ends with code 127. */
  static Result run(List<String> command) {
    try {
      Path output = Files.createTempFile("jepsen", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException("no end of " + command);
        }
        return new Result(
            process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1).strip());
      } finally {
        Files.delete(output);
      }
    } catch (IOException notThere) {
      return new Result(127, String.valueOf(notThere.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + command, e);
    }
  }

  /** Runs a command that must succeed; returns what it wrote. */
  static String must(String... command) {
    Result result = run(List.of(command));
    if (!result.ok()) {
      throw new IllegalStateException(List.of(command) + ": " + result.output());
    }
    return result.output();
  }
}
