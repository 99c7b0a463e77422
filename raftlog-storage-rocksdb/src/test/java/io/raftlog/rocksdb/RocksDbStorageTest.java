package io.raftlog.rocksdb;

import static io.raftlog.rocksdb.TestLog.entries;
import static io.raftlog.rocksdb.TestLog.entry;
import static io.raftlog.rocksdb.TestLog.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import io.raftlog.spi.StoredState.TermStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStorageTest {
  private static final NodeId NODE = new NodeId("n1");

  @TempDir Path directory;
  private RocksDbStorage node;
  private TestLog log;
  private UUID incarnation;

  @BeforeEach
  void open() {
    node = RocksDbStorage.at(directory);
    incarnation = node.open("c", NODE);
    log = new TestLog(node, "orders");
  }

  @AfterEach
  void close() {
    node.close();
  }

  private void reopen() {
    close();
    UUID before = incarnation;
    open();
    assertThat(incarnation).isEqualTo(before);
  }

  @Test
  void shouldReportNothingStoredWhenLogIsNew() {
    assertThat(log.stored).isEqualTo(StoredState.EMPTY);
    assertThat(log.read(1)).isEmpty();
    assertThat(log.storage.indexOf(0)).isZero();
  }

  @Test
  void shouldReadEntriesWhenTheyAreDurable() {
    log.appendAndWait(1, 3, 1);

    assertThat(log.read(1)).containsExactly("entry 1 term 1", "entry 2 term 1", "entry 3 term 1");
    assertThat(log.read(3)).containsExactly("entry 3 term 1");
    assertThat(log.read(4)).isEmpty();
  }

  @Test
  void shouldKeepEverythingWhenReopened() {
    log.listener.awaitDurable(log.write(text("hard"), 0, entries(1, 2, 1), text("checkpoint"), 0));
    log.appendAndWait(3, 5, 4);

    reopen();

    assertThat(log.stored.hardState()).isEqualTo(text("hard"));
    assertThat(log.stored.checkpoint()).isEqualTo(text("checkpoint"));
    assertThat(log.stored.firstIndex()).isEqualTo(1);
    assertThat(log.stored.lastIndex()).isEqualTo(5);
    assertThat(log.stored.terms()).containsExactly(new TermStart(1, 1), new TermStart(4, 3));
    assertThat(log.read(1)).hasSize(5);
  }

  @Test
  void shouldReplaceEntriesWhenTruncated() {
    log.appendAndWait(1, 10, 1);

    log.truncateAndWait(4, entries(4, 5, 2));

    assertThat(log.read(3)).containsExactly("entry 3 term 1", "entry 4 term 2", "entry 5 term 2");
    assertThat(log.storage.indexOf(4)).isEqualTo(5);
    assertThat(log.storage.indexOf(5)).isZero();
    reopen();
    assertThat(log.stored.lastIndex()).isEqualTo(5);
    assertThat(log.stored.terms()).containsExactly(new TermStart(1, 1), new TermStart(2, 4));
  }

  @Test
  void shouldTruncateThousandsOfEntries() {
    log.appendAndWait(1, 5000, 1);

    log.truncateAndWait(2, List.of());

    assertThat(log.read(1)).containsExactly("entry 1 term 1");
    assertThat(log.storage.indexOf(0)).isEqualTo(1);
    assertThat(log.storage.indexOf(1)).isZero();
    log.appendAndWait(2, 3, 2);
    assertThat(log.read(2)).containsExactly("entry 2 term 2", "entry 3 term 2");
    assertThat(log.storage.indexOf(2)).isEqualTo(3);
  }

  @Test
  void shouldTruncateEntriesOfAWriteThatIsStillPending() {
    log.append(entries(1, 10, 1));
    log.write(null, 3, entries(3, 3, 2), null, 0);
    log.listener.awaitDurable(log.write(null, 3, entries(3, 4, 3), null, 0));

    assertThat(log.read(2)).containsExactly("entry 2 term 1", "entry 3 term 3", "entry 4 term 3");
    assertThat(log.storage.indexOf(3)).isEqualTo(4);
    assertThat(log.storage.indexOf(4)).isZero();
    reopen();
    assertThat(log.stored.terms()).containsExactly(new TermStart(1, 1), new TermStart(3, 3));
  }

  @Test
  void shouldForgetEntriesWhenTrimmed() {
    log.appendAndWait(1, 10, 1);
    log.appendAndWait(11, 20, 2);

    log.trimAndWait(12);

    assertThat(log.read(11)).isEmpty();
    assertThat(log.read(12)).hasSize(9);
    assertThat(log.storage.indexOf(10)).isZero();
    assertThat(log.storage.indexOf(11)).isEqualTo(12);
    reopen();
    assertThat(log.stored.firstIndex()).isEqualTo(12);
    assertThat(log.stored.lastIndex()).isEqualTo(20);
    assertThat(log.stored.terms()).containsExactly(new TermStart(2, 12));
    assertThat(log.storage.indexOf(10)).isZero();
  }

  @Test
  void shouldBeEmptyButKeepItsPlaceWhenAllIsTrimmed() {
    log.appendAndWait(1, 10, 1);

    log.trimAndWait(11);
    reopen();

    assertThat(log.stored.firstIndex()).isEqualTo(11);
    assertThat(log.stored.lastIndex()).isEqualTo(10);
    assertThat(log.stored.terms()).isEmpty();
    log.appendAndWait(11, 11, 1);
    reopen();
    assertThat(log.stored.terms()).containsExactly(new TermStart(1, 11));
  }

  @Test
  void shouldContinueFurtherOnWhenTrimmedBeyondTheEnd() {
    log.appendAndWait(1, 10, 1);

    log.listener.awaitDurable(log.write(null, 1, List.of(), null, 1000));
    log.appendAndWait(1000, 1001, 7);
    reopen();

    assertThat(log.stored.firstIndex()).isEqualTo(1000);
    assertThat(log.stored.lastIndex()).isEqualTo(1001);
    assertThat(log.stored.terms()).containsExactly(new TermStart(7, 1000));
    assertThat(log.storage.indexOf(5)).isZero();
    assertThat(log.storage.indexOf(1000)).isEqualTo(1001);
  }

  @Test
  void shouldNotStoreEntriesThatTheSameWriteTrims() {
    log.listener.awaitDurable(log.write(null, 0, entries(1, 10, 1), null, 5));

    assertThat(log.read(4)).isEmpty();
    assertThat(log.read(5)).hasSize(6);
    assertThat(log.storage.indexOf(3)).isZero();
    assertThat(log.storage.indexOf(4)).isEqualTo(5);
  }

  @Test
  void shouldFindTheEntryOfEachRecord() {
    ByteBuffer bytes = text("x");
    log.appendAndWait(
        List.of(
            new StoredEntry(1, 1, 0, 0, bytes),
            new StoredEntry(2, 1, 0, 3, bytes),
            new StoredEntry(3, 1, 3, 0, bytes),
            new StoredEntry(4, 1, 3, 2, bytes)));

    assertThat(log.storage.indexOf(0)).isEqualTo(2);
    assertThat(log.storage.indexOf(2)).isEqualTo(2);
    assertThat(log.storage.indexOf(3)).isEqualTo(4);
    assertThat(log.storage.indexOf(4)).isEqualTo(4);
    assertThat(log.storage.indexOf(5)).isZero();
  }

  @Test
  void shouldReadNoMoreThanAskedForButAtLeastOneEntry() {
    log.appendAndWait(
        List.of(entry(1, 1, new byte[100]), entry(2, 1, new byte[100]), entry(3, 1, new byte[9])));

    assertThat(log.storage.read(1, 1)).hasSize(1);
    assertThat(log.storage.read(1, 199)).hasSize(1);
    assertThat(log.storage.read(1, 200)).hasSize(2);
    assertThat(log.storage.read(1, 209)).hasSize(3);
  }

  @Test
  void shouldStoreEntriesOutOfAnyKindOfBuffer() {
    ByteBuffer direct = ByteBuffer.allocateDirect(8).putLong(0x0102030405060708L).flip();
    ByteBuffer slice = text("xxsliceyy").position(2).limit(7).slice();
    ByteBuffer readOnly = text("read only").asReadOnlyBuffer();
    byte[] large = new byte[3 << 20];
    large[large.length - 1] = 1;
    ByteBuffer largeSlice = ByteBuffer.wrap(large).position(1).slice().asReadOnlyBuffer();

    log.appendAndWait(
        List.of(
            new StoredEntry(1, 1, 0, 1, direct),
            new StoredEntry(2, 1, 1, 1, slice),
            new StoredEntry(3, 1, 2, 1, readOnly),
            new StoredEntry(4, 1, 3, 1, largeSlice)));

    assertThat(log.storage.read(1, 8 << 20)).containsExactly(direct, slice, readOnly, largeSlice);
    assertThat(direct.remaining()).isEqualTo(8);
    assertThat(slice.remaining()).isEqualTo(5);
    assertThat(largeSlice.remaining()).isEqualTo(large.length - 1);
  }

  @Test
  void shouldStoreTheLargestEntryAndCheckpoint() {
    byte[] entry = new byte[32 << 20];
    entry[12345] = 7;
    byte[] checkpoint = new byte[64 << 20];
    checkpoint[54321] = 7;

    log.listener.awaitDurable(
        log.write(null, 0, List.of(entry(1, 1, entry)), ByteBuffer.wrap(checkpoint), 0));
    reopen();

    assertThat(log.stored.checkpoint()).isEqualTo(ByteBuffer.wrap(checkpoint));
    assertThat(log.storage.read(1, 1)).containsExactly(ByteBuffer.wrap(entry));
  }

  @Test
  void shouldKeepLogsApart() {
    TestLog other = new TestLog(node, "payments");
    log.appendAndWait(1, 3, 1);
    other.appendAndWait(1, 2, 5);

    assertThat(other.read(1)).containsExactly("entry 1 term 5", "entry 2 term 5");
    assertThat(log.storage.indexOf(2)).isEqualTo(3);
    assertThat(other.storage.indexOf(2)).isZero();
    other.trimAndWait(3);
    log.truncateAndWait(3, List.of());
    reopen();
    other = new TestLog(node, "payments");
    assertThat(log.stored.lastIndex()).isEqualTo(2);
    assertThat(other.stored.firstIndex()).isEqualTo(3);
    assertThat(log.read(1)).containsExactly("entry 1 term 1", "entry 2 term 1");
  }

  @Test
  void shouldRefuseWritesThatDoNotFitTheLog() {
    log.appendAndWait(1, 3, 2);

    assertThatThrownBy(() -> log.append(entries(5, 5, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("entry 5")
        .hasMessageContaining("next index is 4");
  }

  @Test
  void shouldNotReadAfterClose() {
    log.appendAndWait(1, 3, 2);
    node.close();

    assertThatThrownBy(() -> log.read(1)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> log.storage.indexOf(1)).isInstanceOf(StorageException.class);
  }

  @Test
  void shouldWriteWhatWasHandedOverBeforeClose() {
    for (int i = 1; i <= 100; i++) {
      log.append(entries(i, i, 1));
    }
    node.close();

    assertThat(log.listener.lastDurable()).isEqualTo(100);
    open();
    assertThat(log.stored.lastIndex()).isEqualTo(100);
  }

  @Test
  void shouldCloseTwiceAndBeforeOpen() {
    node.close();
    node.close();
    RocksDbStorage.at(directory).close();
  }

  @Test
  void shouldNotCallItCorruptionWhenADiskCannotBeReadForAMoment(@TempDir Path other)
      throws IOException {
    // given: tables that nobody has opened yet, and too few of them to be compacted
    Path tables = other.resolve("rocksdb");
    RocksDbStorage.Builder few =
        RocksDbStorage.builder(other).writeBufferBytes(1 << 20).maxOpenFiles(16);
    try (RocksDbStorage writing = few.build()) {
      writing.open("c", NODE);
      final long before = Files.size(CrashImage.manifestOf(other));
      TestLog written = new TestLog(writing, "orders");
      for (long index = 1; index <= 15; index++) {
        written.appendAndWait(List.of(entry(index, 1, new byte[100_000])));
      }
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Files.size(CrashImage.manifestOf(other)) > before);
    }
    try (RocksDbStorage opened = few.build()) {
      opened.open("c", NODE);
      Path away = Files.createDirectory(other.resolve("away"));
      for (Path file : tablesIn(tables)) {
        Files.move(file, away.resolve(file.getFileName()));
        Files.createSymbolicLink(file, file.getFileName());
      }

      // when, then
      assertThatThrownBy(() -> opened.openLog("orders", new RecordingListener()))
          .isInstanceOfSatisfying(
              NodeStartException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.DIRECTORY_UNUSABLE))
          .hasMessageContainingAll("log orders", "start the node again");
    }
  }

  private static List<Path> tablesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".sst")).toList();
    }
  }
}
