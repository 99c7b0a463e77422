package io.raftlog.testkit;

import io.raftlog.spi.NodeStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The suite over a storage that was written after the SPI's Javadoc alone. */
class PlainStorageContractTest extends StorageContract {
  private final Map<Path, PlainStorage> storages = new HashMap<>();
  private int images;

  /** What is wrong with the storages. */
  StorageFault fault() {
    return StorageFault.NONE;
  }

  @Override
  protected NodeStorage storageAt(Path place) {
    return made(place, () -> false);
  }

  @Override
  protected Optional<NodeStorage> failingStorageAt(Path place, BooleanSupplier failing) {
    return Optional.of(made(place, failing));
  }

  private PlainStorage made(Path place, BooleanSupplier failing) {
    PlainStorage storage = new PlainStorage(place, fault(), failing);
    storages.put(place, storage);
    return storage;
  }

  /** Each file as far as it was written for certain. */
  @Override
  protected Optional<NodeStorage> afterPowerFailure(Path place) {
    Path image = place.resolveSibling("image" + ++images);
    PlainStorage storage = storages.get(place);
    try {
      Files.createDirectories(image);
      Files.copy(place.resolve("identity"), image.resolve("identity"));
      for (Map.Entry<Path, Long> file : storage.durableFiles().entrySet()) {
        Path copy = image.resolve(file.getKey().getFileName());
        byte[] bytes = Files.readAllBytes(file.getKey());
        Files.write(copy, Arrays.copyOf(bytes, Math.toIntExact(file.getValue())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(storageAt(image));
  }
}
