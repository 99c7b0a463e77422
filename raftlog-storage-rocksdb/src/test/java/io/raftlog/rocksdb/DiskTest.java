package io.raftlog.rocksdb;

import static io.raftlog.rocksdb.TestLog.entries;
import static io.raftlog.rocksdb.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.raftlog.NodeStartException;
import io.raftlog.spi.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much disk is used, and what happens when there is no more. */
@Timeout(300)
class DiskTest {
  private static final int ENTRY_BYTES = 10_000;

  @TempDir Path temp;

  private static RocksDbStorage open(Path directory) {
    RocksDbStorage node = RocksDbStorage.builder(directory).writeBufferBytes(1 << 20).build();
    node.open("c", CrashImage.NODE);
    return node;
  }

  private static byte[] incompressible(long seed) {
    byte[] bytes = new byte[ENTRY_BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static long tableBytes(Path directory) throws IOException {
    long bytes = 0;
    List<Path> files;
    try (Stream<Path> list = Files.list(directory.resolve("rocksdb"))) {
      files = list.filter(file -> file.toString().endsWith(".sst")).toList();
    }
    for (Path file : files) {
      bytes += sizeOf(file);
    }
    return bytes;
  }

  /** None when the storage has deleted it meanwhile. */
  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static void append(TestLog log, long from, long to) {
    for (long index = from; index <= to; index++) {
      log.append(List.of(entry(index, 1, incompressible(index))));
    }
    log.awaitAll();
  }

  @Test
  void shouldReturnTheSpaceOfATrimmedLog() throws IOException {
    try (RocksDbStorage node = open(temp)) {
      TestLog log = new TestLog(node, "orders");
      for (long from = 1; from < 2000; from += 100) {
        append(log, from, from + 99); // not all in a batch or two, of which the last is in memory
      }
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> tableBytes(temp) > 7_000_000);

      log.trimAndWait(1901);

      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(tableBytes(temp)).isLessThan(3_500_000));
      assertThat(log.read(1901)).hasSize(100);
      assertThat(log.storage.indexOf(1900)).isEqualTo(1901);
      assertThat(log.storage.indexOf(1899)).isZero();
    }
  }

  @Test
  void shouldReturnTheSpaceOfOneOfTwoLogs() throws IOException {
    try (RocksDbStorage node = open(temp)) {
      TestLog trimmed = new TestLog(node, "a");
      TestLog kept = new TestLog(node, "b");
      for (long from = 1; from < 1000; from += 10) {
        append(trimmed, from, from + 9);
        append(kept, from, from + 9);
      }

      trimmed.trimAndWait(1001);

      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(tableBytes(temp)).isLessThan(13_000_000));
      assertThat(kept.read(1)).hasSize(1000);
    }
  }

  @Test
  void shouldKeepTheWriteAheadLogBoundedWhileMetadataIsSmall() throws IOException {
    try (RocksDbStorage node = open(temp)) {
      // twice as many as all write buffers and what is under way can hold: files are used again,
      // but
      // not deleted, so that a slow disk may need more of them for a moment
      TestLog log = new TestLog(node, "orders");
      for (long index = 1; index <= 4000; index++) {
        ByteBuffer hardState = TestLog.text("term " + index);
        log.write(hardState, 0, List.of(entry(index, 1, incompressible(index))), null, 0);
        if (index % 20 == 0) {
          log.awaitAll();
        }
      }

      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                long bytes = 0;
                for (Path wal : new WalDirectory(temp.resolve("wal")).files()) {
                  bytes += sizeOf(wal);
                }
                assertThat(bytes).isLessThan(20_000_000);
              });
    }
  }

  @Test
  void shouldStopForGoodWhenTheDiskIsFullAndRecoverWhenThereIsRoom() throws Exception {
    assumeThat(mount(temp, "16m")).as("a small tmpfs can be mounted (root only)").isTrue();
    try {
      final long durable;
      try (RocksDbStorage node = open(temp.resolve("n1"))) {
        TestLog log = new TestLog(node, "orders");
        TestLog other = new TestLog(node, "payments");
        long index = 1;
        while (log.listener.failures.isEmpty()) {
          long id = log.append(List.of(entry(index, 1, incompressible(index++))));
          Awaitility.await()
              .pollInterval(Duration.ofMillis(1))
              .until(() -> log.listener.lastDurable() == id || !log.listener.failures.isEmpty());
        }
        durable = log.listener.lastDurable();
        log.append(entries(index, index, 1));
        other.append(entries(1, 1, 1));
        other.listener.awaitFailure();

        assertThat(log.listener.failures.get(0).cause())
            .isInstanceOf(StorageException.class)
            .hasMessageContainingAll(temp.toString(), "disk is full", "make room");
        assertThat(log.listener.lastDurable()).isEqualTo(durable);
        assertThat(other.listener.durable).isEmpty();
        assertThat(log.storage.read(1, 1)).hasSize(1);
      }
      assertThat(mount(temp, "remount,size=64m")).isTrue();
      try (RocksDbStorage node = open(temp.resolve("n1"))) {
        TestLog log = new TestLog(node, "orders");
        assertThat(log.stored.lastIndex()).isGreaterThanOrEqualTo(durable);
        assertThat(log.read(1)).hasSize((int) log.stored.lastIndex());
      }
    } finally {
      run("umount", temp.toString());
    }
  }

  @Test
  void shouldSayThatTheDiskIsFullWhenItCannotStart() throws Exception {
    assumeThat(mount(temp, "64k")).as("a small tmpfs can be mounted (root only)").isTrue();
    try {
      NodeStartException refused =
          catchThrowableOfType(NodeStartException.class, () -> open(temp.resolve("n1")));
      assertThat(refused.reason()).isEqualTo(NodeStartException.Reason.DIRECTORY_UNUSABLE);
      assertThat(refused).hasMessageContainingAll(temp.toString(), "make room");
      assertThat(mount(temp, "remount,size=64m")).isTrue();
      open(temp.resolve("n1")).close();
    } finally {
      run("umount", temp.toString());
    }
  }

  private static boolean mount(Path directory, String size) throws Exception {
    String options = size.startsWith("remount") ? size : "size=" + size;
    return run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString());
  }

  private static boolean run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
