package io.raftlog.rocksdb;

import io.raftlog.NodeId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A copy of a data directory as a crash of the process would leave it: taken while the storage is
 * open and idle. To be changed and opened again and again.
 */
final class CrashImage {
  static final NodeId NODE = new NodeId("n1");

  final Path directory;

  private CrashImage(Path directory) {
    this.directory = directory;
  }

  /** Copies again until no file has changed meanwhile, which RocksDB's own threads may do. */
  static CrashImage of(Path live, Path target) throws IOException {
    while (true) {
      try {
        Map<String, Long> before = sizes(live);
        DurableFiles.deleteRecursively(target);
        Files.createDirectories(target.resolve("rocksdb"));
        Files.createDirectories(target.resolve("wal"));
        for (String file : before.keySet()) {
          Files.copy(live.resolve(file), target.resolve(file));
        }
        if (sizes(live).equals(before)) {
          return new CrashImage(target);
        }
      } catch (NoSuchFileException e) {
        // deleted meanwhile
      }
    }
  }

  private static Map<String, Long> sizes(Path directory) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    for (Path folder : folders(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          if (Files.isRegularFile(file)) {
            sizes.put(directory.relativize(file).toString(), Files.size(file));
          }
        }
      } catch (NotDirectoryException | NoSuchFileException e) {
        if (folder.equals(directory)) {
          throw e;
        }
      }
    }
    return sizes;
  }

  private static List<Path> folders(Path directory) {
    return List.of(directory, directory.resolve("rocksdb"), directory.resolve("wal"));
  }

  CrashImage copyTo(Path target) throws IOException {
    return of(directory, target);
  }

  /** RocksDB's manifest, which names a table when it is finished. */
  static Path manifestOf(Path directory) throws IOException {
    Path rocks = directory.resolve("rocksdb");
    return rocks.resolve(Files.readString(rocks.resolve("CURRENT")).strip());
  }

  Path manifest() throws IOException {
    return manifestOf(directory);
  }

  Path rocks() {
    return directory.resolve("rocksdb");
  }

  /** The files of the write-ahead log, in the order in which they were begun. */
  List<Path> wals() throws IOException {
    Map<Long, Path> files = new TreeMap<>();
    for (Path file : new WalDirectory(directory.resolve("wal")).files()) {
      try (WalFile wal = WalFile.open(file)) {
        files.put(wal.header().fileNumber(), file);
      }
    }
    return List.copyOf(files.values());
  }

  Path lastWal() throws IOException {
    List<Path> wals = wals();
    return wals.get(wals.size() - 1);
  }

  byte[] lastWalBytes() throws IOException {
    return Files.readAllBytes(lastWal());
  }

  void writeLastWal(byte[] bytes) throws IOException {
    Files.write(lastWal(), bytes);
  }

  /** Flips one bit. */
  static void flip(Path file, long position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) position] ^= 4;
    Files.write(file, bytes);
  }

  /** Opens a storage on the image. */
  RocksDbStorage open() {
    RocksDbStorage node = RocksDbStorage.builder(directory).acceptCopiedDirectory(true).build();
    try {
      node.open("c", NODE);
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
    return node;
  }
}
