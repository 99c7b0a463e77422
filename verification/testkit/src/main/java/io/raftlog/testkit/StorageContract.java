package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeStartException;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every {@link NodeStorage} must do, as tests. Extend it, and make your storage:
 *
 * <pre>{@code
 * class MyStorageContractTest extends StorageContract {
 *   @Override
 *   protected NodeStorage storageAt(Path place) {
 *     return new MyStorage(place);
 *   }
 * }
 * }</pre>
 *
 * <p>The other methods that can be overridden say what the storage cannot do, the tests of which
 * are skipped then, and say so; or help to simulate what a test cannot do by itself. The bytes of
 * entries are no real entries: a storage has no reason to look into them.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
public abstract class StorageContract extends StorageRecovery {
  /** How many writes may be on their way to a storage that is being closed. */
  private static final int MAX_IN_FLIGHT = 50;

  /** For the author's subclass. */
  protected StorageContract() {}

  @Test
  void shouldCloseBeforeOpen() {
    // given
    Path place = newPlace();
    NodeStorage storage = unopened(place);

    // when
    storage.close();
    storage.close();

    // then
    assertThat(incarnationAt(place)).isEqualTo(incarnationAt(place));
  }

  @Test
  void shouldCloseAgain() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(1, 3);
    place.reopen();

    // when
    place.close();
    place.close();
    NodeStorage next = opened(place.place());
    place.close();

    // then: the last close was the old storage's
    TestLog log = open(next, LOG, place.log().model());
    log.appendSmall(2, 3);
    log.check();

    // then: it has not let in anybody else either
    NodeStorage second = unopened(place.place());
    assertThatThrownBy(() -> second.open(CLUSTER, NODE))
        .isInstanceOfSatisfying(
            NodeStartException.class,
            e -> assertThat(e.reason()).isEqualTo(NodeStartException.Reason.DIRECTORY_LOCKED));
  }

  @Test
  void shouldWriteWhatWasHandedOverBeforeItCloses() {
    for (int round = 0; round < 5; round++) {
      // given: nobody waits
      Path place = newPlace();
      NodeStorage storage = opened(place);
      TestLog log = open(storage, LOG);
      TestLog other = open(storage, "other");
      for (int i = 1; i <= 200; i++) {
        log.append(1, SeededBytes.array(i, i * 10));
        other.appendSmall(i, 1);
      }

      // when
      close(storage, log, other);

      // then
      assertThat(log.recorder().lastDurable()).isEqualTo(200);
      assertThat(other.recorder().lastDurable()).isEqualTo(200);
      NodeStorage again = opened(place);
      open(again, LOG, log.model()).check();
      open(again, "other", other.model()).check();
    }
  }

  @Test
  void shouldWriteWhatWasHandedOverWhenTheCallerOfCloseIsInterrupted() {
    // given
    Reopenable place = newLog();
    for (int i = 1; i <= 100; i++) {
      place.log().append(1, SeededBytes.array(i, 10_000));
    }

    // when
    boolean stillInterrupted;
    Thread.currentThread().interrupt();
    try {
      place.close();
    } finally {
      stillInterrupted = Thread.interrupted();
    }

    // then
    assertThat(stillInterrupted).isTrue();
    assertThat(place.log().recorder().lastDurable()).isEqualTo(100);
    open(opened(place.place()), LOG, place.log().model()).check();
  }

  @Test
  void shouldCloseFromSeveralThreadsAtOnce() throws InterruptedException {
    for (int round = 0; round < 5; round++) {
      // given
      Reopenable place = newLog();
      for (int i = 1; i <= 50; i++) {
        place.log().append(1, SeededBytes.array(i, 1_000));
      }

      // when: whoever returns first has waited too
      TestThreads closers = new TestThreads();
      for (int i = 0; i < 4; i++) {
        closers.start(place::close);
      }
      closers.join();

      // then
      assertThat(place.log().recorder().lastDurable()).isEqualTo(50);
      open(opened(place.place()), LOG, place.log().model()).check();
    }
  }

  @Test
  void shouldNotReadAfterClose() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(1, 10);
    place.reopen();
    LogStorage log = place.log().storage();

    // when
    place.close();

    // then
    for (long i = 1; i <= 11; i++) {
      long index = i;
      assertThatThrownBy(() -> log.read(index, 100)).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> log.indexOf(index)).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void shouldCloseWhileItIsRead() throws InterruptedException {
    for (int round = 0; round < 10; round++) {
      // given
      Reopenable place = newLog();
      for (int i = 0; i < 20; i++) {
        place.log().append(1, SeededBytes.array(i, 20_000));
      }
      place.log().awaitDurable();
      CountDownLatch reading = new CountDownLatch(4);
      TestThreads readers = new TestThreads();
      for (int i = 0; i < 4; i++) {
        readers.start(() -> readUntilClosed(place.log(), reading));
      }
      reading.await();

      // when
      place.close();

      // then: whoever reads is told
      readers.join();
    }
  }

  private static void readUntilClosed(TestLog log, CountDownLatch reading) {
    List<ByteBuffer> expected = log.model().from(1);
    try {
      for (long i = 0; true; i++) {
        long index = 1 + i % 20;
        List<ByteBuffer> read = log.storage().read(index, 50_000);
        assertThat(read).isNotEmpty();
        assertThat(read.get(0)).isEqualTo(expected.get((int) index - 1));
        assertThat(log.storage().indexOf(index - 1)).isEqualTo(index);
        if (i == 20) {
          reading.countDown();
        }
      }
    } catch (StorageException closed) {
      // As it should be.
    } finally {
      reading.countDown();
    }
  }

  @Test
  void shouldCallNobodyAfterCloseThoughWritesAreHandedOver() throws InterruptedException {
    for (int round = 0; round < 15; round++) {
      // given
      Reopenable place = newLog();
      TestLog log = place.log();
      CountDownLatch writing = new CountDownLatch(1);
      AtomicBoolean closed = new AtomicBoolean();
      TestThreads writer = new TestThreads();
      writer.start(
          () -> {
            for (int i = 0; i < 1_000; i++) {
              awaitRoom(log, closed);
              writeInVain(log);
              if (i == 20) {
                writing.countDown();
              }
            }
          });
      writing.await();

      // when: the recorder makes a later call a failure
      place.close();
      closed.set(true);

      // then
      long durable = log.recorder().lastDurable();
      writer.join();
      assertThat(log.recorder().lastDurable()).isEqualTo(durable);
    }
  }

  /** Lets no more writes wait for a slow disk than it can do while this test has patience. */
  private static void awaitRoom(TestLog log, AtomicBoolean closed) {
    while (log.lastWriteId() - log.recorder().lastDurable() >= MAX_IN_FLIGHT && !closed.get()) {
      LockSupport.parkNanos(100_000);
    }
  }

  /** What becomes of a write after close is not promised, only that nobody is told. */
  private static void writeInVain(TestLog log) {
    try {
      log.appendSmall(1, 1);
    } catch (RuntimeException refused) {
      assertThat(refused).isNotInstanceOf(NullPointerException.class);
    }
  }
}
