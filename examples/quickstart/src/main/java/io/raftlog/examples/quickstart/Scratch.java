package io.raftlog.examples.quickstart;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Directories for one run. */
final class Scratch {
  private Scratch() {}

  /** Makes a new directory below the one that the system property {@code data} names. */
  static Path create(String prefix) {
    Path parent = Path.of(System.getProperty("data", System.getProperty("java.io.tmpdir")));
    try {
      Files.createDirectories(parent);
      return Files.createTempDirectory(parent, prefix);
    } catch (IOException e) {
      throw new ExampleException("no directory can be made in " + parent + ": " + e, e);
    }
  }

  /** Deletes a directory and what is in it. */
  static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new ExampleException(directory + " cannot be deleted: " + e, e);
    }
  }
}
