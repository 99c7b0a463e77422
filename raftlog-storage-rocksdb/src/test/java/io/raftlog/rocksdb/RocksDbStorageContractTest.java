package io.raftlog.rocksdb;

import io.raftlog.spi.NodeStorage;
import io.raftlog.testkit.StorageContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

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
   * Copies files that are being appended to. The mark comes first, so that it does not promise more
   * than the log has. When another file than the write-ahead log changes meanwhile, the copy is
   * none of one moment:
   *
   * <ol>
   *   <li>A table is copied, of which RocksDB has written nothing or a part.
   *   <li>RocksDB writes the rest, and then the manifest that says how long the table is.
   *   <li>The manifest is copied, and the copy of the table is too short for it.
   * </ol>
   */
  private static boolean tryCopy(Path place, Path image) throws IOException {
    try {
      Files.createDirectories(image.resolve("rocksdb"));
      Files.copy(place.resolve("durable"), image.resolve("durable"));
      Map<Path, Long> before = files(place);
      for (Path file : before.keySet()) {
        Path target = image.resolve(place.relativize(file));
        if (!Files.exists(target)) {
          Files.copy(file, target);
        }
      }
      return files(place).equals(before);
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /** All files, with their sizes, but for those of the write-ahead log, which grow all the time. */
  private static Map<Path, Long> files(Path place) throws IOException {
    Map<Path, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file, file.toString().endsWith(".log") ? 0 : Files.size(file));
      }
      return sizes;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
