package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** What the write-ahead log relies on in RocksDB: what it says about its tables, and keeps. */
class DatabaseTest {
  @TempDir Path directory;
  private Settings settings;

  @BeforeAll
  static void loadLibrary() {
    NativeLibrary.load();
  }

  @BeforeEach
  void create() throws Exception {
    settings = new Settings(directory, false, 1 << 20, 1 << 20, 256);
    Files.createDirectory(rocks());
    try (DatabaseOptions options = new DatabaseOptions(settings)) {
      Database.create(rocks(), options, new byte[16]);
    }
  }

  private Path rocks() {
    return directory.resolve("rocksdb");
  }

  private Database open() throws RocksDBException {
    return Database.open(rocks(), new DatabaseOptions(settings));
  }

  /** Puts an entry, and its place, as the record of the same number. */
  private static void apply(Database database, Batch batch, long number, int bytes)
      throws IOException, RocksDBException {
    batch.put(database.entries(), 1, number, TestLog.entry(number, 1, new byte[bytes]).bytes());
    batch.putExtent(database.offsets(), 1, number - 1, number, 1);
    database.apply(batch.batch(), number);
    batch.clear();
  }

  private static long last(Database database, Family family) throws RocksDBException {
    try (var iterator = database.iterator(family)) {
      iterator.seekToLast();
      iterator.status();
      return iterator.isValid() ? Layout.numberOf(iterator.key()) : 0;
    }
  }

  @Test
  void shouldSayThatARecordIsPersistedOnlyWhenItIsInATable() throws Exception {
    try (Database database = open();
        Batch batch = new Batch()) {
      assertThat(database.appliedRecord()).isZero();
      apply(database, batch, 1, 100);

      assertThat(database.appliedRecord()).isEqualTo(1);
      assertThat(database.persistedRecord()).isZero();

      database.flush();
      Awaitility.await().until(() -> database.persistedRecord() == 1);
      apply(database, batch, 2, 100);

      assertThat(database.appliedRecord()).isEqualTo(2);
      assertThat(database.persistedRecord()).isEqualTo(1);
    }
    try (Database database = open()) {
      assertThat(database.appliedRecord()).isEqualTo(1);
      assertThat(last(database, database.entries())).isEqualTo(1);
    }
  }

  /** A record of the write-ahead log says by these codes what it means. */
  @Test
  void shouldKeepTheCodesOfTheFamilies() throws Exception {
    assertThat(Layout.FAMILIES).containsExactly("default", "entries", "offsets");
    try (Database database = open()) {
      for (byte code = 0; code < Layout.FAMILIES.size(); code++) {
        Family family = database.family(code);
        assertThat(family.code()).isEqualTo(code);
        assertThat(new String(family.handle().getName(), StandardCharsets.US_ASCII))
            .isEqualTo(Layout.FAMILIES.get(code));
      }
    }
  }

  @Test
  void shouldKeepAllFamiliesUpToTheSameRecordWhereverItStops() throws Exception {
    for (int bytes : List.of(10, 3_000, 100_000)) {
      long before;
      try (Database database = open();
          Batch batch = new Batch()) {
        before = database.appliedRecord();
        // when RocksDB writes tables by itself, whenever a family's memory is full
        for (long number = before + 1; number <= before + 8_000_000 / (bytes + 400); number++) {
          apply(database, batch, number, bytes);
        }
      }
      try (Database database = open()) {
        long applied = database.appliedRecord();
        assertThat(applied).isGreaterThanOrEqualTo(before);
        assertThat(last(database, database.entries())).isEqualTo(applied);
        assertThat(last(database, database.offsets())).isEqualTo(Math.max(0, applied - 1));
      }
    }
  }
}
