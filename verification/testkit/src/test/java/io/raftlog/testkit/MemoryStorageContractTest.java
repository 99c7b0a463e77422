package io.raftlog.testkit;

import io.raftlog.memory.MemoryStorage;
import io.raftlog.spi.NodeStorage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The suite over the storage in memory: places are names, and nothing outlives the process. */
class MemoryStorageContractTest extends StorageContract {
  private final Map<Path, MemoryStorage> places = new HashMap<>();

  @Override
  protected NodeStorage storageAt(Path place) {
    return places.compute(
        place, (name, last) -> last == null ? new MemoryStorage() : last.reopened());
  }

  @Override
  protected boolean survivesTheProcess() {
    return false;
  }

  @Override
  protected boolean noticesDamage() {
    return false;
  }
}
