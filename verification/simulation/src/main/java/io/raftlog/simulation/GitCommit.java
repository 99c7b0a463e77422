package io.raftlog.simulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Which version of the sources this is. */
final class GitCommit {
  private GitCommit() {}

  /** The commit of the working directory, or "unknown" outside of a repository. */
  static String current() {
    try {
      Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return said.isEmpty() ? "unknown" : said;
    } catch (IOException e) {
      return "unknown";
    }
  }
}
