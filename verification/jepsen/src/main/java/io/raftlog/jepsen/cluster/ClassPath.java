package io.raftlog.jepsen.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Our own class path, less what only the harness needs, put into a directory for the containers.
 */
final class ClassPath {
  private static final Pattern HARNESS_ONLY =
      Pattern.compile(
          ".*(testcontainers|docker-java|xchart|jna-|jackson|commons-|gson|duct-tape).*");

  private static final long MAX_COPIED_BYTES = 8 << 20;

  private ClassPath() {}

  /**
   * Copies everything.
   *
   * @param first classes that come before all others; null for none
   * @param into the directory
   * @param mount where containers see it
   * @return the class path in a container
   */
  static String stage(List<Path> first, Path into, String mount) throws IOException {
    List<String> entries = new ArrayList<>();
    List<Path> sources = new ArrayList<>(first);
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!HARNESS_ONLY.matcher(Path.of(entry).getFileName().toString()).matches()) {
        sources.add(Path.of(entry));
      }
    }
    for (Path source : sources) {
      if (Files.exists(source)) {
        Path target = into.resolve(entries.size() + "-" + source.getFileName());
        copy(source, target);
        entries.add(mount + "/" + target.getFileName());
        if (source.getFileName().toString().startsWith("rocksdbjni")) {
          unpackLibraries(source, Files.createDirectories(into.resolve("native")));
        }
      }
    }
    return String.join(":", entries);
  }

  /** Else each start of a node would unpack one, which takes longer than everything else. */
  private static void unpackLibraries(Path jar, Path into) throws IOException {
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      for (String machine : List.of("linux64", "linux-aarch64")) {
        String library = "librocksdbjni-" + machine + ".so";
        if (Files.exists(files.getPath(library))) {
          Files.copy(files.getPath(library), into.resolve(library));
        }
      }
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path to = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          link(file, source.equals(file) ? target : to);
        }
      }
    }
  }

  /** Small ones are copied: somebody may compile them anew while containers run. */
  private static void link(Path file, Path to) throws IOException {
    if (Files.size(file) > MAX_COPIED_BYTES) {
      try {
        Files.createLink(to, file);
        return;
      } catch (FileSystemException | UnsupportedOperationException otherFileSystem) {
        // Copied below.
      }
    }
    Files.copy(file, to);
  }
}
