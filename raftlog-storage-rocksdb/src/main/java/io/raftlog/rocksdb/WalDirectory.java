package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The directory of the write-ahead log: which files are in it. A file's name is a number that says
 * nothing about what is in the file. Used by the thread that opens the storage, and then by the
 * writer thread.
 */
final class WalDirectory {
  /** The end of the name of a file that is being made. */
  static final String UNFINISHED = ".new";

  private static final String SUFFIX = ".wal";

  private final Path path;
  private long lastName;

  WalDirectory(Path path) throws IOException {
    this.path = path;
    for (Path file : files()) {
      lastName = Math.max(lastName, name(file));
    }
  }

  /** Makes the directory, with a log that has no record. */
  static void format(Path path, UUID incarnation) throws IOException {
    DurableFiles.createDirectories(path);
    WalDirectory directory = new WalDirectory(path);
    WalFile.create(directory.newFile(), new WalHeader(incarnation, 1, 1)).close();
  }

  /** Makes the files' names durable: whoever made them may have died before it did that. */
  void sync() throws IOException {
    if (DurableFiles.exists(path)) {
      DurableFiles.syncDirectory(path);
    }
  }

  Path path() {
    return path;
  }

  /** Its files, in the order of their names. */
  List<Path> files() throws IOException {
    if (!DurableFiles.exists(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> name(file) > 0).sorted().toList();
    }
  }

  /** A name that no file has. */
  Path newFile() {
    lastName++;
    return path.resolve(String.format(Locale.ROOT, "%06d%s", lastName, SUFFIX));
  }

  private static long name(Path file) {
    String name = file.getFileName().toString();
    return name.matches("\\d{1,18}\\.wal")
        ? Long.parseLong(name.substring(0, name.length() - SUFFIX.length()))
        : 0;
  }
}
