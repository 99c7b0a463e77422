package io.raftlog.rocksdb;

import io.raftlog.spi.NodeStorage;
import io.raftlog.testkit.StorageContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
   * than the log has; and when a file comes or goes meanwhile, the copy is none of one moment.
   */
  private static boolean tryCopy(Path place, Path image) throws IOException {
    try {
      Files.createDirectories(image.resolve("rocksdb"));
      Files.copy(place.resolve("durable"), image.resolve("durable"));
      List<Path> before = files(place);
      for (Path file : before) {
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

  private static List<Path> files(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
