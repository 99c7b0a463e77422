package io.raftlog.rocksdb;

import io.raftlog.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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

  static CrashImage of(Path live, Path target) throws IOException {
    DurableFiles.deleteRecursively(target);
    List<Path> files;
    try (Stream<Path> walk = Files.walk(live)) {
      files = walk.toList();
    }
    for (Path file : files) {
      Files.copy(file, target.resolve(live.relativize(file).toString()));
    }
    return new CrashImage(target);
  }

  CrashImage copyTo(Path target) throws IOException {
    return of(directory, target);
  }

  Path rocks() {
    return directory.resolve("rocksdb");
  }

  List<Path> wals() throws IOException {
    return WalCheck.files(rocks());
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
