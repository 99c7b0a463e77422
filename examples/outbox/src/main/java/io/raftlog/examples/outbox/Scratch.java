package io.raftlog.examples.outbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for one run. */
final class Scratch {
  private Scratch() {}

  /** Makes a new directory below the one that the system property {@code data} names. */
  static Path create() {
    Path parent = Path.of(System.getProperty("data", System.getProperty("java.io.tmpdir")));
    try {
      Files.createDirectories(parent);
      return Files.createTempDirectory(parent, "outbox-");
    } catch (IOException e) {
      throw new ExampleException("no directory can be made in " + parent + ": " + e, e);
    }
  }

  /** Deletes a directory and what is in it. */
  static void delete(Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new ExampleException(directory + " cannot be deleted: " + e, e);
    }
  }
}
