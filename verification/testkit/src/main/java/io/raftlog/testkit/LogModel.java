package io.raftlog.testkit;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import io.raftlog.spi.StoredState.TermStart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a log must have stored after certain writes, in the most naive way: by doing what the
 * Javadoc of {@link StorageWrite} says, to a map. Not thread-safe.
 */
final class LogModel {
  private final TreeMap<Long, StoredEntry> entries = new TreeMap<>();
  private @Nullable ByteBuffer hardState;
  private @Nullable ByteBuffer checkpoint;
  private long firstIndex = 1;
  private long lastIndex;
  private long nextOffset;
  private long trimmedTerm;

  LogModel() {}

  /** A copy, for what comes after another write. */
  LogModel(LogModel other) {
    entries.putAll(other.entries);
    hardState = other.hardState;
    checkpoint = other.checkpoint;
    firstIndex = other.firstIndex;
    lastIndex = other.lastIndex;
    nextOffset = other.nextOffset;
    trimmedTerm = other.trimmedTerm;
  }

  void apply(StorageWrite write) {
    if (write.hardState() != null) {
      hardState = copyOf(write.hardState());
    }
    if (write.truncateFrom() > 0) {
      truncate(Math.max(write.truncateFrom(), firstIndex));
    }
    for (StoredEntry entry : write.entries()) {
      append(entry);
    }
    if (write.checkpoint() != null) {
      checkpoint = copyOf(write.checkpoint());
    }
    if (write.trimBefore() > firstIndex) {
      firstIndex = write.trimBefore();
      Map.Entry<Long, StoredEntry> lastTrimmed = entries.lowerEntry(firstIndex);
      trimmedTerm = lastTrimmed == null ? trimmedTerm : lastTrimmed.getValue().term();
      entries.headMap(firstIndex, false).clear();
    }
  }

  private void truncate(long from) {
    if (from <= lastIndex) {
      StoredEntry removed = entries.get(from);
      nextOffset = removed == null ? nextOffset : removed.firstOffset();
      entries.tailMap(from, true).clear();
      lastIndex = from - 1;
    }
  }

  private void append(StoredEntry entry) {
    if (entry.index() != lastIndex + 1 || entry.firstOffset() != nextOffset) {
      throw new IllegalArgumentException("a bug of the test: " + entry + " after " + lastIndex);
    }
    lastIndex = entry.index();
    nextOffset = entry.firstOffset() + entry.recordCount();
    ByteBuffer bytes = copyOf(entry.bytes());
    entries.put(
        lastIndex,
        new StoredEntry(lastIndex, entry.term(), entry.firstOffset(), entry.recordCount(), bytes));
  }

  private static ByteBuffer copyOf(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return ByteBuffer.wrap(copy).asReadOnlyBuffer();
  }

  /** What a storage finds when the log is opened. */
  StoredState state() {
    List<TermStart> terms = new ArrayList<>();
    long term = 0;
    for (StoredEntry entry : entries.values()) {
      if (entry.term() != term) {
        term = entry.term();
        terms.add(new TermStart(term, entry.index()));
      }
    }
    return new StoredState(hardState, checkpoint, firstIndex, lastIndex, terms);
  }

  long firstIndex() {
    return firstIndex;
  }

  long lastIndex() {
    return lastIndex;
  }

  /** The term of the last entry, even if it was trimmed; 0 when there never was one. */
  long lastTerm() {
    return entries.isEmpty() ? trimmedTerm : entries.lastEntry().getValue().term();
  }

  /** The offset of the next record. */
  long nextOffset() {
    return nextOffset;
  }

  /** The first offset of the first entry; the next one when there is none. */
  long firstOffset() {
    return entries.isEmpty() ? nextOffset : entries.firstEntry().getValue().firstOffset();
  }

  /** The entries from an index on. */
  List<ByteBuffer> from(long index) {
    return entries.tailMap(index, true).values().stream().map(StoredEntry::bytes).toList();
  }

  /** The index of the entry that holds a record, or 0. */
  long indexOf(long offset) {
    for (StoredEntry entry : entries.values()) {
      if (offset >= entry.firstOffset() && offset < entry.firstOffset() + entry.recordCount()) {
        return entry.index();
      }
    }
    return 0;
  }
}
