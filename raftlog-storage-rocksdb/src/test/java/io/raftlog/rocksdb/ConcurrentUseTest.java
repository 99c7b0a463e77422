package io.raftlog.rocksdb;

import static io.raftlog.rocksdb.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ConcurrentUseTest {
  @TempDir Path temp;

  private RocksDbStorage open() {
    RocksDbStorage node = RocksDbStorage.builder(live()).writeBufferBytes(1 << 20).build();
    node.open("c", CrashImage.NODE);
    return node;
  }

  private Path live() {
    return temp.resolve("live");
  }

  /** Reads everything again and again until it is told that the storage is closed. */
  private static void readUntilClosed(TestLog log, AtomicLong reads) {
    while (true) {
      try {
        List<ByteBuffer> entries = log.storage.read(1, 1 << 20);
        for (int i = 0; i < entries.size(); i++) {
          assertThat(TestLog.text(entries.get(i))).startsWith("entry " + (i + 1) + " term ");
        }
        log.storage.indexOf(entries.size() / 2);
        reads.incrementAndGet();
      } catch (StorageException e) {
        assertThat(e).hasMessageContaining("closed");
        return;
      }
    }
  }

  @Test
  void shouldServeReadersDuringTruncationTrimmingAndClose() throws Exception {
    for (int round = 0; round < 2; round++) {
      RocksDbStorage node = open();
      TestLog log = new TestLog(node, "log" + round);
      log.appendAndWait(entries(1, 200, 1));
      AtomicLong reads = new AtomicLong();
      ExecutorService readers = Executors.newFixedThreadPool(4);
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        done.add(readers.submit(() -> readUntilClosed(log, reads)));
      }
      for (int term = 2; term < 30; term++) {
        long from = 100L + term % 50;
        log.truncateAndWait(from, entries(from, 200, term));
      }
      await().until(() -> reads.get() > 0);
      node.close();
      for (Future<?> reader : done) {
        reader.get(30, TimeUnit.SECONDS);
      }
      readers.shutdown();
    }
  }

  @Test
  void shouldNeverShowAGapToReadersWhileTheLogIsTrimmed() throws Exception {
    try (RocksDbStorage node = open()) {
      TestLog log = new TestLog(node, "orders");
      log.appendAndWait(entries(1, 2000, 1));
      AtomicBoolean trimming = new AtomicBoolean(true);
      AtomicLong first = new AtomicLong(1);
      ExecutorService reader = Executors.newSingleThreadExecutor();
      Future<?> done =
          reader.submit(
              () -> {
                while (trimming.get()) {
                  List<String> read = log.read(first.get());
                  if (!read.isEmpty()) {
                    assertThat(read).last().isEqualTo("entry 2000 term 1");
                  }
                }
              });
      for (long before = 2; before < 400; before += 10) {
        log.trimAndWait(before);
        first.set(before);
      }
      trimming.set(false);
      done.get(30, TimeUnit.SECONDS);
      reader.shutdown();
    }
  }

  @Test
  void shouldShareSyncsBetweenLogs() throws Exception {
    int writes = 300;
    try (RocksDbStorage node = open()) {
      List<TestLog> logs = List.of(new TestLog(node, "a"), new TestLog(node, "b"));
      CrashImage before = CrashImage.of(live(), temp.resolve("before"));
      CountDownLatch handedOver = holdUpWriter(node);
      try {
        for (int i = 1; i <= writes; i++) {
          for (TestLog log : logs) {
            log.append(entries(i, i, 1));
          }
        }
      } finally {
        handedOver.countDown();
      }
      logs.forEach(TestLog::awaitAll);
      CrashImage after = CrashImage.of(live(), temp.resolve("after"));

      assertThat(batches(after) - batches(before)).isPositive().isLessThan(writes);
      assertThat(logs.get(0).listener.durable).hasSizeLessThan(writes).isSorted();
    }
  }

  /**
   * Keeps the writer thread busy until the latch is at zero: a disk may be so fast, and the thread
   * that hands over so slow, that no write ever waits for the one before.
   */
  private static CountDownLatch holdUpWriter(RocksDbStorage node) throws InterruptedException {
    CountDownLatch heldUp = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    StorageListener listener =
        new StorageListener() {
          @Override
          public void onDurable(long writeId) {
            heldUp.countDown();
            awaitReleased(released);
          }

          @Override
          public void onFailure(long writeId, Throwable cause) {}
        };
    node.openLog("held-up", listener)
        .write(new StorageWrite(1, null, 0, entries(1, 1, 1), null, 0));
    heldUp.await();
    return released;
  }

  private static void awaitReleased(CountDownLatch released) {
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Each batch is a record of the write-ahead log, and synced once. */
  private static long batches(CrashImage image) throws Exception {
    try (DurableMark mark = DurableMark.open(image.directory.resolve("durable"))) {
      return mark.record();
    }
  }

  @Test
  void shouldReportEveryWriteThatRacesWithClose() throws Exception {
    for (int round = 0; round < 4; round++) {
      RocksDbStorage node = open();
      TestLog log = new TestLog(node, "log" + round);
      AtomicInteger handedOver = new AtomicInteger();
      ExecutorService appender = Executors.newSingleThreadExecutor();
      Future<?> done =
          appender.submit(
              () -> {
                try {
                  for (int i = 1; i < 10_000; i++) {
                    log.append(entries(i, i, 1));
                    handedOver.set(i);
                  }
                } catch (IllegalStateException e) {
                  assertThat(e).hasMessageContaining("closed");
                }
              });
      log.listener.awaitDurable(10);
      node.close();
      long durableAtClose = log.listener.lastDurable();
      done.get(30, TimeUnit.SECONDS);
      appender.shutdown();

      assertThat(log.listener.lastDurable()).isEqualTo(durableAtClose).isEqualTo(handedOver.get());
    }
  }

  @Test
  void shouldCloseOnceWhenManyThreadsClose() throws Exception {
    RocksDbStorage node = open();
    TestLog log = new TestLog(node, "orders");
    log.append(entries(1, 1, 1));
    ExecutorService closers = Executors.newFixedThreadPool(4);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      done.add(closers.submit(node::close));
    }
    for (Future<?> closer : done) {
      closer.get(30, TimeUnit.SECONDS);
      assertThat(log.listener.lastDurable()).isEqualTo(1);
    }
    closers.shutdown();
    open().close();
  }

  @Test
  void shouldCloseFromAListenerAndWithInterrupt() {
    RocksDbStorage node = open();
    node.openLog(
            "orders",
            new StorageListener() {
              @Override
              public void onDurable(long writeId) {
                node.close();
              }

              @Override
              public void onFailure(long writeId, Throwable cause) {}
            })
        .write(new StorageWrite(1, null, 0, entries(1, 1, 1), null, 0));
    Thread.currentThread().interrupt();
    node.close();
    assertThat(Thread.interrupted()).isTrue();
    open().close();
  }

  @Test
  void shouldNameItsThreadsAfterTheNodeAndLeaveNoneBehind() {
    RocksDbStorage node = open();
    assertThat(threads()).contains("raftlog-n1-storage-writer", "raftlog-n1-storage-reclaimer");

    node.close();

    assertThat(threads()).noneMatch(name -> name.startsWith("raftlog-n1"));
    assertThatThrownBy(() -> node.openLog("x", new RecordingListener()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }
}
