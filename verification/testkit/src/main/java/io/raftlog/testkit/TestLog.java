package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open log, with a model of what must be in it. Written to by one thread at a time; its checks
 * must not be called while writes are on their way.
 */
final class TestLog {
  private final LogStorage storage;
  private final StorageRecorder recorder;
  private final LogModel model;
  private final Patience patience;
  private long lastWriteId;

  private TestLog(LogStorage storage, StorageRecorder recorder, LogModel model, Patience patience) {
    this.storage = storage;
    this.recorder = recorder;
    this.model = model;
    this.patience = patience;
  }

  /** Opens a log, and checks that the storage found what the model says. */
  static TestLog open(NodeStorage node, String logId, LogModel model, Patience patience) {
    StorageRecorder recorder = new StorageRecorder(logId);
    LogStorage storage = node.openLog(logId, recorder);
    assertSameState(storage.storedState(), model.state());
    return new TestLog(storage, recorder, model, patience);
  }

  /** Part by part, so that a failure says which part is wrong. */
  static void assertSameState(StoredState found, StoredState expected) {
    assertThat(found.firstIndex()).as("first index").isEqualTo(expected.firstIndex());
    assertThat(found.lastIndex()).as("last index").isEqualTo(expected.lastIndex());
    assertThat(found.terms()).as("terms").isEqualTo(expected.terms());
    assertThat(found.hardState()).as("hard state").isEqualTo(expected.hardState());
    assertThat(found.checkpoint()).as("checkpoint").isEqualTo(expected.checkpoint());
  }

  LogStorage storage() {
    return storage;
  }

  StorageRecorder recorder() {
    return recorder;
  }

  LogModel model() {
    return model;
  }

  /** Hands over a write, and does not wait. */
  void write(
      @Nullable ByteBuffer hardState,
      long truncateFrom,
      List<StoredEntry> entries,
      @Nullable ByteBuffer checkpoint,
      long trimBefore) {
    write(
        new StorageWrite(nextWriteId(), hardState, truncateFrom, entries, checkpoint, trimBefore));
  }

  void write(StorageWrite write) {
    lastWriteId = write.writeId();
    model.apply(write);
    recorder.handsOver(lastWriteId);
    storage.write(write);
  }

  long nextWriteId() {
    return lastWriteId + 1;
  }

  long lastWriteId() {
    return lastWriteId;
  }

  void append(List<StoredEntry> entries) {
    write(null, 0, entries, null, 0);
  }

  /** Appends one entry for each array, with one record in it. */
  void append(long term, byte[]... entries) {
    List<StoredEntry> stored = new ArrayList<>();
    for (byte[] bytes : entries) {
      stored.add(nextEntry(stored, term, 1, bytes));
    }
    append(stored);
  }

  /** An entry that continues the log after certain others. */
  StoredEntry nextEntry(List<StoredEntry> before, long term, int records, byte[] bytes) {
    long index = model.lastIndex() + before.size() + 1;
    long offset = model.nextOffset();
    for (StoredEntry entry : before) {
      offset += entry.recordCount();
    }
    return new StoredEntry(index, term, offset, records, ByteBuffer.wrap(bytes));
  }

  /** Appends so many small entries of a term, in one write. */
  void appendSmall(long term, int count) {
    byte[][] entries = new byte[count][];
    for (int i = 0; i < count; i++) {
      entries[i] = SeededBytes.array(model.lastIndex() + i + 1000 * term, 20);
    }
    append(term, entries);
  }

  /** Removes entries, and appends so many small ones in the same write. */
  void truncateAndAppend(long truncateFrom, long term, int count) {
    LogModel truncated = new LogModel(model);
    truncated.apply(new StorageWrite(nextWriteId(), null, truncateFrom, List.of(), null, 0));
    List<StoredEntry> entries = new ArrayList<>();
    long offset = truncated.nextOffset();
    for (int i = 0; i < count; i++) {
      long index = truncated.lastIndex() + i + 1;
      ByteBuffer bytes = SeededBytes.buffer(index + 1000 * term, 20);
      entries.add(new StoredEntry(index, term, offset + i, 1, bytes));
    }
    write(null, truncateFrom, entries, null, 0);
  }

  /** Waits until everything that was handed over is durable, as long as there is progress. */
  void awaitDurable() {
    long durable = recorder.lastDurable();
    while (durable < lastWriteId) {
      long before = durable;
      patience.until(
          "after write " + before + " another is durable, of " + lastWriteId,
          () -> {
            StorageRecorder.Failure failure = recorder.failure();
            if (failure != null) {
              throw new AssertionError("write " + failure.writeId() + " failed", failure.cause());
            }
            return recorder.lastDurable() > before;
          });
      durable = recorder.lastDurable();
    }
  }

  /** Waits until all is durable, and checks that it can be read. */
  void check() {
    awaitDurable();
    assertThat(readAll(model.firstIndex(), 10_000)).isEqualTo(model.from(model.firstIndex()));
    assertThat(storage.read(model.firstIndex() - 1, Integer.MAX_VALUE)).as("trimmed").isEmpty();
    assertThat(storage.read(model.lastIndex() + 1, Integer.MAX_VALUE)).as("the end").isEmpty();
    long fromOffset = Math.max(0, model.firstOffset() - 2);
    for (long offset = fromOffset; offset < model.nextOffset() + 2; offset++) {
      assertThat(storage.indexOf(offset))
          .as("the entry of offset %d", offset)
          .isEqualTo(model.indexOf(offset));
    }
  }

  /** Reads to the end, in portions. */
  List<ByteBuffer> readAll(long fromIndex, int maxBytes) {
    List<ByteBuffer> all = new ArrayList<>();
    while (true) {
      List<ByteBuffer> portion = storage.read(fromIndex + all.size(), maxBytes);
      if (portion.isEmpty()) {
        return all;
      }
      if (portion.size() > 1) {
        assertThat(portion.stream().mapToLong(ByteBuffer::remaining).sum())
            .as("bytes of several entries")
            .isLessThanOrEqualTo(maxBytes);
      }
      all.addAll(portion);
    }
  }
}
