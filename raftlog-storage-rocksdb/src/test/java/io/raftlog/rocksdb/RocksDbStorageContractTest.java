package io.raftlog.rocksdb;

import io.raftlog.spi.NodeStorage;
import io.raftlog.testkit.StorageContract;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The published suite for storages. */
class RocksDbStorageContractTest extends StorageContract {
  private int images;

  /** With small files, so that there are many. */
  @Override
  protected NodeStorage storageAt(Path place) {
    return RocksDbStorage.builder(place)
        .acceptCopiedDirectory(true)
        .writeBufferBytes(1 << 20)
        .build();
  }

  @Override
  protected Optional<NodeStorage> afterPowerFailure(Path place) {
    Path image = place.resolveSibling("image" + ++images);
    try {
      while (!tryCopy(place, image)) {
        DurableFiles.deleteRecursively(image);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(storageAt(image));
  }

  /**
   * Copies files that are being written to, as a crash might have kept them:
   *
   * <ol>
   *   <li>The mark comes first, so that it does not promise more than the log has.
   *   <li>The database follows, as it was at one moment: nothing may be added to its manifest
   *       meanwhile, which says which tables there are. Tables are never written to again.
   *   <li>The write-ahead log comes last, so that it has everything that the database lacks, unless
   *       a file was begun meanwhile, over one that the copy of the database still needs. Its files
   *       are copied the newest first and each from its end: when a part of a record is in the
   *       copy, everything that was written before it is there too.
   * </ol>
   */
  private static boolean tryCopy(Path place, Path image) throws IOException {
    try {
      for (String folder : List.of("rocksdb", "wal")) {
        Files.createDirectories(image.resolve(folder));
      }
      Map<Long, Path> wals = wals(place);
      for (String file : List.of("identity", "durable")) {
        Files.copy(place.resolve(file), image.resolve(file));
      }
      if (!tryCopyDatabase(place.resolve("rocksdb"), image.resolve("rocksdb"))) {
        return false;
      }
      for (Path wal : wals.values()) {
        copyFromEnd(wal, image.resolve(place.relativize(wal)));
      }
      return wals(place).equals(wals);
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  private static boolean tryCopyDatabase(Path rocks, Path image) throws IOException {
    String manifest = Files.readString(rocks.resolve("CURRENT")).strip();
    Files.copy(rocks.resolve("CURRENT"), image.resolve("CURRENT"));
    Files.copy(rocks.resolve(manifest), image.resolve(manifest));
    try (DirectoryStream<Path> tables = Files.newDirectoryStream(rocks, "*.sst")) {
      for (Path table : tables) {
        Files.createLink(image.resolve(table.getFileName()), table);
      }
    }
    return Files.size(rocks.resolve(manifest)) == Files.size(image.resolve(manifest));
  }

  private static void copyFromEnd(Path file, Path target) throws IOException {
    int page = 4096;
    try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r");
        RandomAccessFile to = new RandomAccessFile(target.toFile(), "rw")) {
      byte[] bytes = new byte[page];
      for (long at = (from.length() - 1) / page * page; at >= 0; at -= page) {
        from.seek(at);
        int count = from.read(bytes);
        to.seek(at);
        to.write(bytes, 0, count);
      }
    }
  }

  /** The files of the write-ahead log by their numbers, the newest first. */
  private static Map<Long, Path> wals(Path place) throws IOException {
    Map<Long, Path> files = new TreeMap<>(Comparator.reverseOrder());
    for (Path file : new WalDirectory(place.resolve("wal")).files()) {
      try (WalFile wal = WalFile.open(file)) {
        files.put(wal.header().fileNumber(), file);
      }
    }
    return files;
  }
}
