package io.raftlog.rocksdb;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log under test: numbers the writes, and makes entries whose bytes tell what they are. */
final class TestLog {
  final RecordingListener listener = new RecordingListener();
  final LogStorage storage;
  final StoredState stored;
  private long writeId;

  TestLog(NodeStorage node, String logId) {
    storage = node.openLog(logId, listener);
    stored = storage.storedState();
  }

  /** An entry of one record, whose offset is its index less one. */
  static StoredEntry entry(long index, long term) {
    return new StoredEntry(index, term, index - 1, 1, text("entry " + index + " term " + term));
  }

  static StoredEntry entry(long index, long term, byte[] bytes) {
    return new StoredEntry(index, term, index - 1, 1, ByteBuffer.wrap(bytes));
  }

  static List<StoredEntry> entries(long from, long toInclusive, long term) {
    List<StoredEntry> entries = new ArrayList<>();
    for (long index = from; index <= toInclusive; index++) {
      entries.add(entry(index, term));
    }
    return entries;
  }

  static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  /** Hands over a write and does not wait. */
  long write(
      @Nullable ByteBuffer hardState,
      long truncateFrom,
      List<StoredEntry> entries,
      @Nullable ByteBuffer checkpoint,
      long trimBefore) {
    storage.write(
        new StorageWrite(++writeId, hardState, truncateFrom, entries, checkpoint, trimBefore));
    return writeId;
  }

  long append(List<StoredEntry> entries) {
    return write(null, 0, entries, null, 0);
  }

  /** Waits until everything that was handed over is durable. */
  void awaitAll() {
    listener.awaitDurable(writeId);
  }

  void appendAndWait(List<StoredEntry> entries) {
    listener.awaitDurable(append(entries));
  }

  void appendAndWait(long from, long toInclusive, long term) {
    appendAndWait(entries(from, toInclusive, term));
  }

  void truncateAndWait(long from, List<StoredEntry> entries) {
    listener.awaitDurable(write(null, from, entries, null, 0));
  }

  void trimAndWait(long before) {
    listener.awaitDurable(write(null, 0, List.of(), null, before));
  }

  List<String> read(long fromIndex) {
    return storage.read(fromIndex, Integer.MAX_VALUE).stream().map(TestLog::text).toList();
  }
}
