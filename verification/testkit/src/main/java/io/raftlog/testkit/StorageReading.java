package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StoredEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The part of {@link StorageContract} on what is read: how much of it, and meanwhile. */
abstract class StorageReading extends StorageWriting {
  private static final int READERS = 3;

  @Test
  void shouldReadNoMoreThanAskedForButOneEntryAtLeast() {
    // given: 3 × 100 bytes, 1,000 bytes, 1 byte
    TestLog log = newLog().log();
    byte[] hundred = new byte[100];
    log.append(1, hundred, hundred, hundred, new byte[1_000], new byte[1]);
    log.awaitDurable();

    // when, then
    for (int maxBytes : new int[] {0, 1, 99, 100, 199, 200, 250, 300, 1_299, 1_300, 5_000}) {
      for (long from = 1; from <= 5; from++) {
        List<ByteBuffer> read = log.storage().read(from, maxBytes);
        assertThat(read).as("from %d, %d bytes", from, maxBytes).isNotEmpty();
        assertThat(read).isEqualTo(log.model().from(from).subList(0, read.size()));
        long bytes = read.stream().mapToLong(ByteBuffer::remaining).sum();
        assertThat(read.size() == 1 || bytes <= maxBytes)
            .as("%d bytes in %d entries, asked for %d", bytes, read.size(), maxBytes)
            .isTrue();
      }
    }
  }

  @Test
  void shouldReadFromTheMiddle() {
    // given
    TestLog log = newLog().log();
    log.appendSmall(1, 100);
    log.awaitDurable();

    // when, then
    for (long from = 1; from <= 100; from++) {
      assertThat(log.readAll(from, 1_000)).isEqualTo(log.model().from(from));
    }
  }

  @Test
  void shouldReadNothingWhereNoEntryIs() {
    // given
    TestLog log = newLog().log();

    // when, then
    for (int round = 0; round < 2; round++) {
      long end = log.model().lastIndex() + 1;
      for (long from : new long[] {-1, 0, end, end + 1, 1L << 40, Long.MAX_VALUE}) {
        assertThat(log.storage().read(from, Integer.MAX_VALUE)).as("from %d", from).isEmpty();
      }
      for (long offset : new long[] {-1, Long.MIN_VALUE, end, 1L << 40, Long.MAX_VALUE}) {
        assertThat(log.storage().indexOf(offset)).as("offset %d", offset).isZero();
      }
      log.appendSmall(1, 10);
      log.awaitDurable();
    }
  }

  @Test
  void shouldFindTheEntryOfEachRecord() {
    // given: control entries in between, and entries with many records
    Reopenable place = newLog();
    TestLog log = place.log();
    List<StoredEntry> entries = new ArrayList<>();
    for (int records : new int[] {0, 1, 0, 0, 5, 1, 200, 0, 3, 0}) {
      entries.add(log.nextEntry(entries, 1, records, SeededBytes.array(records, 10)));
    }
    log.append(entries);

    // when, then: the check asks for every offset
    place.reopen();

    // when: an entry with other records takes the place of one
    log = place.log();
    log.truncateAndAppend(6, 2, 0);
    log.append(List.of(log.nextEntry(List.of(), 2, 0, new byte[1])));
    log.append(List.of(log.nextEntry(List.of(), 2, 2, new byte[1])));
    place.reopen();
    place.log().truncateAndAppend(7, 3, 0);
    place.reopen();
  }

  @Test
  void shouldFindRecordsOfHugeEntries() {
    // given: offsets far beyond the indexes
    Reopenable place = newLog();
    TestLog log = place.log();
    List<StoredEntry> entries = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      entries.add(log.nextEntry(entries, 1, Integer.MAX_VALUE, new byte[100]));
    }
    log.append(entries);
    log.awaitDurable();
    place.close();

    // when
    LogStorage reopened = open(opened(place.place()), LOG, log.model()).storage();

    // then
    for (StoredEntry entry : entries) {
      long end = entry.firstOffset() + entry.recordCount();
      for (long offset : new long[] {entry.firstOffset(), end / 2 + 1, end - 1, end}) {
        assertThat(reopened.indexOf(offset)).isEqualTo(log.model().indexOf(offset));
      }
    }
  }

  @Test
  void shouldLetTheReaderKeepItsBuffers() {
    // given
    Reopenable place = newLog();
    TestLog log = place.log();
    log.append(1, SeededBytes.array(1, 10), SeededBytes.array(2, 70_000), new byte[1]);
    log.awaitDurable();
    List<ByteBuffer> kept = log.readAll(1, Integer.MAX_VALUE);

    // when: much else is read and written, and what was read is gone
    for (int i = 0; i < 20; i++) {
      log.append(1, SeededBytes.array(i, 70_000));
      log.check();
    }
    log.truncateAndAppend(1, 2, 5);
    log.check();
    place.close();

    // then
    assertThat(kept)
        .containsExactly(
            SeededBytes.buffer(1, 10), SeededBytes.buffer(2, 70_000), ByteBuffer.allocate(1));
  }

  @Test
  void shouldFindWhatIsDurable() {
    // given
    TestLog log = newLog().log();
    for (int i = 1; i <= 300; i++) {
      // when
      log.appendSmall(1, 1);
      log.awaitDurable();

      // then: at once
      assertThat(log.storage().read(i, 1)).isEqualTo(log.model().from(i));
      assertThat(log.storage().indexOf(i - 1)).isEqualTo(i);
    }
  }

  @Test
  void shouldReadForAnInterruptedThread() {
    // given: some of it is no longer where it was written first
    Reopenable place = newLog();
    for (int i = 0; i < 5; i++) {
      place.log().append(1, SeededBytes.array(i, 500_000), SeededBytes.array(i, 10));
      place.reopen();
    }
    TestLog log = place.log();

    // when
    for (long index = 1; index <= 10; index++) {
      Thread.currentThread().interrupt();
      try {
        log.storage().read(index, 1);
        log.storage().indexOf(index);
      } catch (StorageException interrupted) {
        // It may refuse, if only others are still served.
      } finally {
        Thread.interrupted();
      }
    }

    // then
    log.check();
    log.appendSmall(2, 3);
    place.reopen();
  }

  @Test
  void shouldBeReadWhileItIsWritten() throws InterruptedException {
    // given
    TestLog log = newLog().log();
    SharedLog shared = new SharedLog(log.storage());
    TestThreads readers = new TestThreads();
    for (int i = 0; i < READERS; i++) {
      readers.start(new SharedReader(shared, i));
    }

    // when: again and again the last entries are replaced; those before are never touched
    for (int term = 1; term <= 150; term++) {
      long from = Math.max(1, log.model().lastIndex() - 4);
      List<StoredEntry> entries = new ArrayList<>();
      for (long index = from; index < from + 15; index++) {
        entries.add(new StoredEntry(index, term, index - 1, 1, SharedLog.entry(index, term)));
      }
      log.write(null, from, entries, null, 0);
      if (term % 3 == 0) {
        log.awaitDurable();
        shared.stableIndex.set(log.model().lastIndex() - 5);
      }
    }
    log.awaitDurable();
    patient()
        .until(
            "much was read", () -> shared.entriesRead.get() > 10_000 || !shared.problems.isEmpty());
    shared.stop.set(true);
    readers.join();

    // then
    assertThat(shared.problems).isEmpty();
    log.check();
  }

  /** A log that several threads read, and what they found to be wrong. */
  private static final class SharedLog {
    private static final int MAX_BYTES = 3_000;

    final LogStorage storage;

    /** Entries up to this one are durable and stay. */
    final AtomicLong stableIndex = new AtomicLong();

    final AtomicLong entriesRead = new AtomicLong();
    final AtomicBoolean stop = new AtomicBoolean();
    final Queue<String> problems = new ConcurrentLinkedQueue<>();

    SharedLog(LogStorage storage) {
      this.storage = storage;
    }

    /** An entry that tells by itself whether it is whole. */
    static ByteBuffer entry(long index, long term) {
      int length = 2 * Long.BYTES + (int) (index * 37 % MAX_BYTES);
      byte[] bytes = SeededBytes.array(31 * index + term, length);
      ByteBuffer.wrap(bytes).putLong(index).putLong(term);
      return ByteBuffer.wrap(bytes);
    }

    static boolean isEntry(ByteBuffer bytes, long index) {
      return bytes.remaining() >= 2 * Long.BYTES
          && bytes.equals(entry(index, bytes.getLong(bytes.position() + Long.BYTES)));
    }
  }

  /** Reads from everywhere until told to stop. */
  private record SharedReader(SharedLog shared, int number) implements Runnable {
    @Override
    public void run() {
      for (long i = number; !shared.stop.get() && shared.problems.isEmpty(); i++) {
        long stable = shared.stableIndex.get();
        readFrom(1 + i * 7_919 % (stable + 5), stable);
      }
    }

    private void readFrom(long from, long stable) {
      List<ByteBuffer> read = shared.storage.read(from, 20_000);
      for (int i = 0; i < read.size(); i++) {
        if (!SharedLog.isEntry(read.get(i), from + i)) {
          shared.problems.add("read from " + from + " gave no entry " + (from + i));
        }
      }
      shared.entriesRead.addAndGet(read.size());
      if (from <= stable) {
        if (read.isEmpty()) {
          shared.problems.add("read from " + from + " gave nothing, up to " + stable + " is there");
        }
        if (shared.storage.indexOf(from - 1) != from) {
          shared.problems.add("indexOf did not find the durable entry " + from);
        }
      }
    }
  }
}
