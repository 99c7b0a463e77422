package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.spi.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log says of entries that no write of its own can have left so. */
class RocksDbLogTest {
  @TempDir Path directory;

  @BeforeAll
  static void loadLibrary() {
    NativeLibrary.load();
  }

  @Test
  void shouldSayThatAnEntryBetweenOthersIsMissing() throws Exception {
    // given
    Settings settings = new Settings(directory, false, 1 << 20, 1 << 20, 256);
    Path rocks = Files.createDirectory(directory.resolve("rocksdb"));
    try (DatabaseOptions options = new DatabaseOptions(settings)) {
      Database.create(rocks, options, new byte[16]);
    }
    try (Database database = Database.open(rocks, new DatabaseOptions(settings));
        Batch batch = new Batch()) {
      for (long index : new long[] {1, 2, 4}) {
        batch.put(database.entries(), 1, index, TestLog.text("entry " + index));
      }
      database.apply(batch.batch(), 1);
      RocksDbLog log =
          new RocksDbLog(
              "orders",
              1,
              database,
              task -> {},
              new RecordingListener(),
              RecoveredLog.of(database, 1),
              new LogWriter(1, database, trim -> {}));

      // when, then
      assertThatThrownBy(() -> log.read(1, 1000))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.isCorruption()).isTrue())
          .hasMessageContaining("entry 3 is missing before 4");
      assertThat(log.read(3, 1000)).isEmpty();
      assertThat(log.read(4, 1000)).hasSize(1);
    }
  }
}
