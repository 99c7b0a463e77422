package io.raftlog.rocksdb;

import io.raftlog.spi.StoredState;
import io.raftlog.spi.StoredState.TermStart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * What is found of a log when it is opened, by a few seeks and without reading its entries.
 *
 * @param state for the replica
 * @param shape to follow the writes from here
 */
record RecoveredLog(StoredState state, LogShape shape) {
  static RecoveredLog of(Database db, int number) throws RocksDBException {
    byte[] first = db.metadata(Layout.metadataKey(number, Layout.KIND_FIRST_INDEX));
    long firstIndex = first == null ? 1 : Layout.u64(first);
    long lastIndex = Math.max(lastIndex(db, number), firstIndex - 1);
    LogShape shape = new LogShape(firstIndex, lastIndex, termStarts(db, number));
    StoredState state =
        new StoredState(
            buffer(db.metadata(Layout.metadataKey(number, Layout.KIND_HARD_STATE))),
            buffer(db.metadata(Layout.metadataKey(number, Layout.KIND_CHECKPOINT))),
            firstIndex,
            lastIndex,
            shape.retainedTerms());
    return new RecoveredLog(state, shape);
  }

  private static long lastIndex(Database db, int number) throws RocksDBException {
    try (RocksIterator iterator = db.iterator(db.entries())) {
      iterator.seekForPrev(Layout.key(number, -1));
      iterator.status();
      if (!iterator.isValid() || Layout.logNumberOf(iterator.key()) != number) {
        return 0;
      }
      return Layout.numberOf(iterator.key());
    }
  }

  private static List<TermStart> termStarts(Database db, int number) throws RocksDBException {
    List<TermStart> starts = new ArrayList<>();
    try (RocksIterator iterator = db.iterator(db.metadata())) {
      iterator.seek(Layout.termStartKey(number, 0));
      while (iterator.isValid() && Layout.isOf(iterator.key(), number, Layout.KIND_TERM_START)) {
        long index = Layout.indexOfTermStart(iterator.key());
        starts.add(new TermStart(Layout.u64(iterator.value()), index));
        iterator.next();
      }
      iterator.status();
    }
    return starts;
  }

  private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
