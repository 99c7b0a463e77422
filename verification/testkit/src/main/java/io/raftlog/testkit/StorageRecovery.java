package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftlog.NodeStartException;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link StorageContract} on what is there after anything: random writes are compared
 * with a model, after closing, crashes, damage and failures.
 */
abstract class StorageRecovery extends StorageReading {
  private static final int SEEDS = 6;
  private static final int WRITES_PER_SEED = 100;
  private static final int KILLS = 3;
  private static final int POWER_FAILURES = 8;
  private static final int FLIPS = 40;

  @Test
  void shouldHaveStoredWhatTheModelSays() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      // given
      Reopenable place = newLog();
      RandomWrites writes = new RandomWrites(seed);
      Random reopens = new Random(seed);

      // when
      for (int i = 0; i < WRITES_PER_SEED; i++) {
        TestLog log = place.log();
        log.write(writes.next(log.nextWriteId(), log.model()));

        // then
        if (reopens.nextInt(20) == 0) {
          place.reopen();
        } else if (reopens.nextInt(20) == 0) {
          log.check();
        }
      }
      place.reopen();
    }
  }

  @Test
  void shouldHaveStoredWhatTheModelsOfSeveralLogsSay() throws InterruptedException {
    // given
    Path place = newPlace();
    NodeStorage storage = opened(place);
    List<TestLog> logs = new ArrayList<>();
    TestThreads threads = new TestThreads();
    for (int i = 0; i < 4; i++) {
      TestLog log = open(storage, LOG + i);
      RandomWrites writes = new RandomWrites(1_000 + i);
      logs.add(log);

      // when: each has a thread
      threads.start(
          () -> {
            for (int j = 0; j < WRITES_PER_SEED; j++) {
              log.write(writes.next(log.nextWriteId(), log.model()));
            }
          });
    }
    threads.join();

    // then
    logs.forEach(TestLog::check);
    close(storage, logs.toArray(TestLog[]::new));
    NodeStorage again = opened(place);
    for (int i = 0; i < logs.size(); i++) {
      open(again, LOG + i, logs.get(i).model()).check();
    }
  }

  @Test
  void shouldHaveWhatWasDurableWhenTheProcessIsKilled() throws IOException {
    assumeTrue(survivesTheProcess(), "the author says that nothing outlives the process");
    // given
    Path place = newPlace();
    NumberedWrites written = new NumberedWrites();
    for (int kill = 1; kill <= KILLS; kill++) {
      try (WritingProcess process = WritingProcess.start(getClass(), place, written)) {
        // when
        long durable = process.killWhenDurable(50L * kill, patience());

        // then
        NodeStorage storage = opened(place);
        assertHasAllUpTo(durable, written, storage);
        storage.close();
      }
    }
  }

  @Test
  void shouldHaveWhatWasDurableWhenThePowerFails() throws InterruptedException {
    Path place = newPlace();
    NodeStorage storage = opened(place);
    TestLog log = open(storage, LOG);
    AtomicBoolean stop = new AtomicBoolean();
    TestThreads writer = new TestThreads();
    writer.start(() -> writeUntil(stop, log));
    try {
      for (int failure = 1; failure <= POWER_FAILURES; failure++) {
        // given
        long more = log.recorder().lastDurable() + 5L * failure;
        patient().until("more is durable", () -> log.recorder().lastDurable() > more);
        final long durable = log.recorder().lastDurable();

        // when
        Optional<NodeStorage> survivor = afterPowerFailure(place);
        assumeTrue(survivor.isPresent(), "the author provides no power failure");

        // then
        NodeStorage opened = closedAfterTheTest(survivor.orElseThrow());
        opened.open(CLUSTER, NODE);
        assertHasAllUpTo(durable, new NumberedWrites(), opened);
        opened.close();
      }
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  private static void writeUntil(AtomicBoolean stop, TestLog log) {
    NumberedWrites writes = new NumberedWrites();
    while (!stop.get()) {
      log.write(writes.next(log.nextWriteId()));
      if (log.lastWriteId() - log.recorder().lastDurable() > 50) {
        log.awaitDurable();
      }
    }
  }

  /** All up to there is stored, and perhaps some further writes, but each as a whole. */
  private void assertHasAllUpTo(long durable, NumberedWrites written, NodeStorage storage) {
    StorageRecorder recorder = new StorageRecorder(LOG);
    LogStorage log = storage.openLog(LOG, recorder);
    StoredState found = log.storedState();
    long last = NumberedWrites.numberIn(found.hardState());
    assertThat(last).as("the last write that is there").isGreaterThanOrEqualTo(durable);
    written.skipTo(last);
    LogModel model = written.model();
    TestLog.assertSameState(found, model.state());
    assertThat(readAll(log, model.firstIndex())).isEqualTo(model.from(model.firstIndex()));
    long fromOffset = Math.max(0, model.firstOffset() - 1);
    for (long offset = fromOffset; offset <= model.nextOffset(); offset++) {
      assertThat(log.indexOf(offset)).isEqualTo(model.indexOf(offset));
    }
  }

  private static List<ByteBuffer> readAll(LogStorage log, long fromIndex) {
    List<ByteBuffer> all = new ArrayList<>();
    List<ByteBuffer> portion = log.read(fromIndex, 1 << 20);
    while (!portion.isEmpty()) {
      all.addAll(portion);
      portion = log.read(fromIndex + all.size(), 1 << 20);
    }
    return all;
  }

  @Test
  void shouldNoticeDamage() throws IOException {
    assumeTrue(noticesDamage(), "the author says that damage is not noticed");
    Reopenable place = closedLogOfSeveralTimes();
    UUID incarnation = incarnationAt(place.place());
    FileImage image = FileImage.of(place.place());
    assertThat(image.files()).as("files of the storage").isNotEmpty();

    for (int flip = 0; flip < FLIPS; flip++) {
      // when
      image.restore();
      String what = image.flipOneBit(flip);

      // then
      assertRefusedOrComplete(what, place, incarnation);
    }
    image.restore();
    open(opened(place.place()), LOG, place.log().model()).check();
  }

  /** A log that begins anew under the old incarnation would vote as if nothing had happened. */
  @Test
  void shouldNoticeThatAFileIsGone() throws IOException {
    assumeTrue(noticesDamage(), "the author says that damage is not noticed");
    Reopenable place = closedLogOfSeveralTimes();
    UUID incarnation = incarnationAt(place.place());
    FileImage image = FileImage.of(place.place());

    for (Path file : image.all()) {
      // when
      image.restore();
      Files.delete(file);

      // then
      assertRefusedOrComplete("the file " + file + " is gone", place, incarnation);
    }
    image.restore();
    open(opened(place.place()), LOG, place.log().model()).check();
  }

  private Reopenable closedLogOfSeveralTimes() {
    Reopenable place = newLog();
    RandomWrites writes = new RandomWrites(77);
    for (int i = 1; i <= 60; i++) {
      place.log().write(writes.next(place.log().nextWriteId(), place.log().model()));
      if (i % 20 == 0) {
        place.reopen();
      }
    }
    // Enough that stays, so that it is hit.
    long term = Math.max(1, place.log().model().lastTerm());
    for (int i = 0; i < 4; i++) {
      place.log().append(term, SeededBytes.array(i, 100_000));
    }
    place.reopen();
    place.close();
    return place;
  }

  /** Damage may be without effect, or be refused; but nothing may be missing or wrong. */
  private void assertRefusedOrComplete(String what, Reopenable place, UUID incarnation) {
    LogModel model = place.log().model();
    try (NodeStorage storage = unopened(place.place())) {
      assertThat(storage.open(CLUSTER, NODE)).as(what).isEqualTo(incarnation);
      LogStorage log = storage.openLog(LOG, new StorageRecorder(LOG));
      StoredState found = log.storedState();
      List<ByteBuffer> entries = readAll(log, model.firstIndex());
      assertThat(found).as(what).isEqualTo(model.state());
      assertThat(entries).as(what).isEqualTo(model.from(model.firstIndex()));
    } catch (NodeStartException | StorageException refused) {
      assertThat(refused.getMessage()).as(what).isNotBlank();
    } catch (RuntimeException unexpected) {
      throw new AssertionError(what + " was refused with the wrong exception", unexpected);
    }
  }

  @Test
  void shouldFailForGoodWhenTheDiskFails() {
    // given
    Path place = newPlace();
    AtomicBoolean failing = new AtomicBoolean();
    Optional<NodeStorage> given = failingStorageAt(place, failing::get);
    assumeTrue(given.isPresent(), "the author provides no disk that fails");
    NodeStorage storage = closedAfterTheTest(given.orElseThrow());
    storage.open(CLUSTER, NODE);
    TestLog log = open(storage, LOG);
    NumberedWrites writes = new NumberedWrites();
    for (int i = 0; i < 10; i++) {
      log.write(writes.next(log.nextWriteId()));
    }
    log.awaitDurable();

    // when
    failing.set(true);
    for (int i = 0; i < 5; i++) {
      log.write(writes.next(log.nextWriteId()));
    }
    patient().until("a failure is reported", () -> log.recorder().failure() != null);
    failing.set(false);
    for (int i = 0; i < 5; i++) {
      log.write(writes.next(log.nextWriteId()));
    }

    // then: the recorder notices when something is durable after all
    for (long writeId = 11; writeId <= 20; writeId++) {
      long id = writeId;
      patient().until("write " + id + " has failed", () -> log.recorder().hasFailed(id));
    }
    close(storage, log);
    assertHasAllUpTo(10, new NumberedWrites(), opened(place));
  }

  /** Random writes, each of which carries its number as the hard state. Not thread-safe. */
  static final class NumberedWrites {
    private final RandomWrites writes = new RandomWrites(4_711);
    private final LogModel model = new LogModel();
    private long number;

    StorageWrite next(long writeId) {
      StorageWrite random = writes.next(writeId, model);
      number++;
      StorageWrite numbered =
          new StorageWrite(
              writeId,
              ByteBuffer.allocate(Long.BYTES).putLong(number).flip(),
              random.truncateFrom(),
              random.entries(),
              random.checkpoint(),
              random.trimBefore());
      model.apply(numbered);
      return numbered;
    }

    /** The model after the last write. */
    LogModel model() {
      return model;
    }

    /** The number of the last write. */
    long number() {
      return number;
    }

    /** Does as if all writes up to a number had been made. */
    void skipTo(long last) {
      while (number < last) {
        next(number + 1);
      }
    }

    /** The number of the write that a hard state came with; 0 when there is none. */
    static long numberIn(@Nullable ByteBuffer hardState) {
      return hardState == null ? 0 : hardState.getLong(hardState.position());
    }
  }
}
