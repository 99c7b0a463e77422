package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.spi.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The writer thread with a disk that is a fake: what is committed together, and what fails. */
class BatchWriterTest {
  /** Counts what is committed; holds up the first commit until told otherwise. */
  private static final class FakeDisk implements Committer {
    final List<Integer> commits = new CopyOnWriteArrayList<>();
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    volatile Exception failure;
    volatile int commitsBeforeFailure;
    volatile boolean markDirty;
    final AtomicInteger markSyncs = new AtomicInteger();

    @Override
    public void commit(Batch batch) throws IOException, RocksDBException {
      started.countDown();
      await(go);
      if (commits.size() >= commitsBeforeFailure) {
        if (failure instanceof IOException e) {
          throw e;
        }
        if (failure instanceof RocksDBException e) {
          throw e;
        }
      }
      commits.add(batch.batch().count());
      markDirty = true;
    }

    @Override
    public boolean isMarkDirty() {
      return markDirty;
    }

    @Override
    public void syncMark() {
      markDirty = false;
      markSyncs.incrementAndGet();
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private class FakeTask implements Task {
    final Object owner;
    final String name;
    final long bytes;
    final boolean reads;

    FakeTask(Object owner, String name, long bytes, boolean reads) {
      this.owner = owner;
      this.name = name;
      this.bytes = bytes;
      this.reads = reads;
    }

    @Override
    public Object owner() {
      return owner;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public boolean readsBeforeItWrites() {
      return reads;
    }

    @Override
    public void addTo(Batch batch) throws RocksDBException {
      batch.batch().put(name.getBytes(StandardCharsets.US_ASCII), new byte[1]);
    }

    @Override
    public void durable() {
      if (Thread.currentThread().isInterrupted()) {
        toldWhileInterrupted.incrementAndGet();
      }
      reports.add("durable " + name);
      if (name.startsWith("thrower")) {
        throw new IllegalStateException("a listener's bug");
      }
    }

    @Override
    public void failed(Throwable cause) {
      causes.add(cause);
      reports.add("failed " + name);
      if (name.startsWith("thrower")) {
        throw new IllegalStateException("a listener's bug");
      }
    }
  }

  private final FakeDisk disk = new FakeDisk();
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final List<Throwable> causes = new CopyOnWriteArrayList<>();
  private final AtomicInteger toldWhileInterrupted = new AtomicInteger();
  private final Object a = new Object();
  private final Object b = new Object();
  private BatchWriter writer;
  private Thread thread;

  @BeforeAll
  static void loadLibrary() {
    NativeLibrary.load();
  }

  @BeforeEach
  void start() {
    writer = new BatchWriter("n1", Path.of("data/n1"), disk, () -> reports.add("ended"));
    thread = writer.newThread();
    thread.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    disk.go.countDown();
    writer.end();
    thread.join();
  }

  private void submit(Object owner, String name) {
    writer.submit(new FakeTask(owner, name, 1, false));
  }

  /** Hands over a task, and the others when the disk is busy with it. */
  private void submitBehind(FakeTask... tasks) throws InterruptedException {
    submit(new Object(), "first");
    disk.started.await();
    for (FakeTask task : tasks) {
      writer.submit(task);
    }
    disk.go.countDown();
  }

  private void awaitReports(int count) {
    Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> reports.size() >= count);
  }

  @Test
  void shouldCommitOnceWhatWasHandedOverMeanwhileAndTellEachLogOnce() throws Exception {
    submitBehind(
        new FakeTask(a, "a1", 1, false),
        new FakeTask(b, "b1", 1, false),
        new FakeTask(a, "a2", 1, false),
        new FakeTask(b, "b2", 1, false));
    awaitReports(3);

    assertThat(disk.commits).containsExactly(1, 4);
    assertThat(reports).containsExactly("durable first", "durable a2", "durable b2");
  }

  @Test
  void shouldCommitWhatATaskReadsBeforeIt() throws Exception {
    submitBehind(
        new FakeTask(a, "a1", 1, false),
        new FakeTask(a, "a2", 1, true),
        new FakeTask(a, "a3", 1, false));
    awaitReports(3);

    assertThat(disk.commits).containsExactly(1, 1, 2);
    assertThat(reports).containsExactly("durable first", "durable a1", "durable a3");
  }

  @Test
  void shouldEndABatchThatIsLargeEnough() throws Exception {
    long half = BatchWriter.MAX_BATCH_BYTES / 2;
    submitBehind(
        new FakeTask(a, "a1", half, false),
        new FakeTask(a, "a2", half, false),
        new FakeTask(a, "a3", half, false));
    awaitReports(3);

    assertThat(disk.commits).containsExactly(1, 2, 1);
  }

  @Test
  void shouldFailEverythingAfterTheFirstFailureAndNeverTouchTheDiskAgain() throws Exception {
    disk.failure = new IOException("input/output error");
    submitBehind(new FakeTask(a, "a1", 1, false), new FakeTask(b, "b1", 1, true));
    awaitReports(3);

    disk.failure = null;
    submit(a, "a2");
    awaitReports(4);

    assertThat(reports).containsExactly("failed first", "failed a1", "failed b1", "failed a2");
    assertThat(disk.commits).isEmpty();
    assertThat(causes).allSatisfy(cause -> assertThat(cause).isInstanceOf(StorageException.class));
    assertThat(causes.get(0))
        .hasMessageContainingAll("data/n1", "input/output error", "check the disk");
  }

  /** Seen: the file alone was told, as that is all that the exception's message is. */
  @Test
  void shouldSayWhatIsWrongWithAFile() throws Exception {
    disk.failure = new NoSuchFileException("000003.wal.new");
    submitBehind();
    awaitReports(1);

    assertThat(causes.get(0)).hasMessageContainingAll("000003.wal.new", "NoSuchFile");
  }

  @Test
  void shouldFailATaskWhenWhatIsCommittedBeforeItFails() throws Exception {
    disk.failure = new IOException("input/output error");
    disk.commitsBeforeFailure = 1;
    submitBehind(new FakeTask(a, "a1", 1, false), new FakeTask(b, "b1", 1, true));
    awaitReports(3);

    assertThat(reports).containsExactly("durable first", "failed a1", "failed b1");
  }

  @Test
  void shouldSayWhenTheDiskIsFull() throws Exception {
    disk.failure =
        new RocksDBException(
            "No space left on device",
            new Status(Status.Code.IOError, Status.SubCode.NoSpace, "No space left on device"));
    submitBehind();
    awaitReports(1);

    assertThat(causes.get(0))
        .hasMessageContainingAll("data/n1", "the disk is full", "make room and restart");
  }

  @Test
  void shouldNotBlameTheDiskWhenMemoryRunsOut() throws Exception {
    submitBehind(
        new FakeTask(a, "a1", 1, false) {
          @Override
          public void addTo(Batch batch) {
            throw new OutOfMemoryError("Cannot reserve direct buffer memory");
          }
        });
    awaitReports(2);

    assertThat(causes.get(0))
        .hasMessageContainingAll("data/n1", "direct buffer memory", "more memory");
    assertThat(causes.get(0).getMessage()).doesNotContain("disk");
  }

  @Test
  void shouldFailWhatItHasWhenItsThreadCannotGoOn() throws Exception {
    disk.failure =
        new IOException() {
          private static final long serialVersionUID = 1;

          @Override
          public String getMessage() {
            throw new IllegalStateException("not even a message could be made");
          }
        };
    disk.commitsBeforeFailure = 1;
    submitBehind(new FakeTask(a, "a1", 1, false), new FakeTask(b, "b1", 1, true));
    thread.join();

    assertThat(reports).containsExactly("durable first", "failed a1", "failed b1", "ended");
    assertThatThrownBy(() -> submit(a, "late")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldSurviveListenersThatThrow() throws Exception {
    submitBehind(new FakeTask(a, "thrower1", 1, false), new FakeTask(b, "b1", 1, false));
    awaitReports(3);
    disk.failure = new IOException("input/output error");
    submit(a, "thrower2");
    submit(b, "b2");
    awaitReports(5);

    assertThat(reports)
        .containsExactly(
            "durable first", "durable thrower1", "durable b1", "failed thrower2", "failed b2");
  }

  @Test
  void shouldSyncTheMarkWhenIdle() throws Exception {
    submitBehind();
    Awaitility.await().until(() -> disk.markSyncs.get() == 1);

    assertThat(disk.markDirty).isFalse();
  }

  @Test
  void shouldDoWhatWasHandedOverBeforeTheEndAndRefuseTheRest() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      submit(new Object(), "t" + i);
      expected.add("durable t" + i);
    }
    disk.go.countDown();
    writer.end();
    thread.join();

    expected.add("ended");
    assertThat(reports).isEqualTo(expected);
    assertThat(disk.markSyncs).hasValue(1);
    assertThatThrownBy(() -> submit(a, "late")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldIgnoreInterrupts() throws Exception {
    disk.go.countDown();
    for (int i = 0; i < 500; i++) {
      thread.interrupt();
      submit(a, "a" + i);
      awaitReports(i + 1);
    }

    assertThat(reports).hasSize(500).allMatch(report -> report.startsWith("durable "));
    assertThat(toldWhileInterrupted).hasValue(0);
  }
}
