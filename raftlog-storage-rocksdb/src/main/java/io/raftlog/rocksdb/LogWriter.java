package io.raftlog.rocksdb;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState.TermStart;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Turns the writes of one log into keys and values. Owned by the writer thread. */
final class LogWriter {
  /**
   * Up to this many entries are truncated one by one, beyond it by a range tombstone. Every reader
   * of the column family pays for a range tombstone until it is compacted away, and most
   * truncations are of a few entries.
   */
  static final int SINGLE_DELETES = 256;

  private final int number;
  private final Database database;
  private final Consumer<SpaceReclaimer.Trim> reclaimer;

  /** Up to here, exclusive, everything is covered by the trims since the log was opened. */
  private long trimmedIndex;

  private long trimmedOffset;
  private SpaceReclaimer.@Nullable Trim uncommitted;

  LogWriter(int number, Database database, Consumer<SpaceReclaimer.Trim> reclaimer) {
    this.number = number;
    this.database = database;
    this.reclaimer = reclaimer;
  }

  /** Adds a write to a batch: first what is deleted, then what is put. */
  void add(Batch batch, StorageWrite write, LogChange change) throws RocksDBException {
    if (change.truncates()) {
      truncate(batch, change, change.removeFrom() + write.entries().size());
    }
    if (change.trims()) {
      trim(batch, change, write.entries());
    }
    for (TermStart start : change.droppedTerms()) {
      batch.delete(database.metadata(), Layout.termStartKey(number, start.index()));
    }
    for (TermStart start : change.addedTerms()) {
      batch.put(
          database.metadata(),
          Layout.termStartKey(number, start.index()),
          Layout.u64(start.term()));
    }
    for (StoredEntry entry : write.entries()) {
      if (entry.index() >= change.trimTo()) {
        put(batch, entry);
      }
    }
    if (write.hardState() != null) {
      byte[] key = Layout.metadataKey(number, Layout.KIND_HARD_STATE);
      batch.put(database.metadata(), key, write.hardState());
    }
    if (write.checkpoint() != null) {
      byte[] key = Layout.metadataKey(number, Layout.KIND_CHECKPOINT);
      batch.put(database.metadata(), key, write.checkpoint());
    }
  }

  /** What was added is durable: only now may files be deleted. */
  void committed() {
    if (uncommitted != null) {
      reclaimer.accept(uncommitted);
      uncommitted = null;
    }
  }

  private void put(Batch batch, StoredEntry entry) throws RocksDBException {
    batch.put(database.entries(), number, entry.index(), entry.bytes());
    if (entry.recordCount() > 0) {
      batch.putExtent(
          database.offsets(), number, entry.firstOffset(), entry.index(), entry.recordCount());
    }
  }

  /** Entries that the write itself overwrites need no tombstone; the offsets of all of them do. */
  private void truncate(Batch batch, LogChange change, long overwrittenTo) throws RocksDBException {
    long from = Math.max(overwrittenTo, change.removeFrom());
    if (change.removeTo() - from > SINGLE_DELETES) {
      batch.deleteRange(database.entries(), number, from, change.removeTo());
    } else {
      for (long index = from; index < change.removeTo(); index++) {
        batch.delete(database.entries(), Layout.key(number, index));
      }
    }
    truncateOffsets(batch, change.removeFrom());
  }

  private void truncateOffsets(Batch batch, long fromIndex) throws RocksDBException {
    try (RocksIterator iterator = database.iterator(database.offsets())) {
      long end = endOffset(iterator);
      long from = firstOffsetFrom(iterator, fromIndex, end);
      int count = 0;
      iterator.seek(Layout.key(number, from));
      while (count <= SINGLE_DELETES && isOfThisLog(iterator)) {
        count++;
        iterator.next();
      }
      iterator.status();
      if (count > SINGLE_DELETES) {
        batch.deleteRange(database.offsets(), number, from, end);
        return;
      }
      iterator.seek(Layout.key(number, from));
      for (int i = 0; i < count; i++, iterator.next()) {
        batch.delete(database.offsets(), iterator.key());
      }
      iterator.status();
    }
  }

  /**
   * The range tombstones of successive trims do not overlap, because each overlap would cost every
   * reader. Only the first one after opening begins at 0: it covers anew what an earlier one
   * covered that has been deleted together with a file, while an older file, with other logs'
   * entries in it, still holds what it had deleted.
   */
  private void trim(Batch batch, LogChange change, List<StoredEntry> added)
      throws RocksDBException {
    batch.deleteRange(database.entries(), number, trimmedIndex, change.trimTo());
    trimmedIndex = change.trimTo();
    long to = firstOffsetAfterTrim(change, added);
    batch.deleteRange(database.offsets(), number, trimmedOffset, to);
    trimmedOffset = Math.max(trimmedOffset, to);
    uncommitted = new SpaceReclaimer.Trim(number, change.trimTo(), trimmedOffset);
    Family metadata = database.metadata();
    byte[] key = Layout.metadataKey(number, Layout.KIND_FIRST_INDEX);
    batch.put(metadata, key, Layout.u64(change.trimTo()));
  }

  /**
   * Where the offsets begin that a trim leaves. Among the entries of the same write, which are not
   * in the database yet, it is they that say it: others may be stored under their indexes still.
   */
  private long firstOffsetAfterTrim(LogChange change, List<StoredEntry> added)
      throws RocksDBException {
    if (added.isEmpty() || change.trimTo() < change.removeFrom()) {
      try (RocksIterator iterator = database.iterator(database.offsets())) {
        long index = Math.min(change.trimTo(), change.removeFrom());
        return firstOffsetFrom(iterator, index, endOffset(iterator));
      }
    }
    int skipped = (int) Math.min(change.trimTo() - change.removeFrom(), added.size());
    if (skipped < added.size()) {
      return added.get(skipped).firstOffset();
    }
    StoredEntry last = added.get(skipped - 1);
    return last.firstOffset() + last.recordCount();
  }

  /** One more than the last first offset that is stored; the trimmed offset when there is none. */
  private long endOffset(RocksIterator iterator) throws RocksDBException {
    iterator.seekForPrev(Layout.key(number, -1));
    iterator.status();
    return isOfThisLog(iterator) ? Layout.numberOf(iterator.key()) + 1 : trimmedOffset;
  }

  /**
   * The first offset of the first entry with this index or a later one, or {@code end} when there
   * is none. Offsets grow with the indexes, so a binary search over the offsets finds it in as many
   * seeks as an offset has bits.
   */
  private long firstOffsetFrom(RocksIterator iterator, long index, long end)
      throws RocksDBException {
    long low = trimmedOffset;
    long high = end;
    while (low < high) {
      long middle = low + (high - low) / 2;
      iterator.seek(Layout.key(number, middle));
      iterator.status();
      if (!isOfThisLog(iterator)) {
        high = middle;
      } else if (indexAt(iterator) >= index) {
        high = middle;
      } else {
        low = Layout.numberOf(iterator.key()) + 1;
      }
    }
    iterator.seek(Layout.key(number, low));
    iterator.status();
    return isOfThisLog(iterator) ? Layout.numberOf(iterator.key()) : end;
  }

  private boolean isOfThisLog(RocksIterator iterator) {
    return iterator.isValid() && Layout.logNumberOf(iterator.key()) == number;
  }

  private static long indexAt(RocksIterator iterator) {
    return Layout.u64(iterator.value());
  }
}
