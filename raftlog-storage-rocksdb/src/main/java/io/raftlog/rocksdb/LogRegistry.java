package io.raftlog.rocksdb;

import java.util.OptionalInt;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Which log numbers are taken. Stateless. */
final class LogRegistry {
  private LogRegistry() {}

  /** A log's number, or nothing when it has none yet. Within {@link Database#read}. */
  static OptionalInt numberOf(Database database, String logId) throws RocksDBException {
    byte[] number = database.metadata(Layout.logKey(logId));
    return number == null ? OptionalInt.empty() : OptionalInt.of(Layout.u32(number));
  }

  /** The first number that no log has. */
  static int nextNumber(Database database) throws RocksDBException {
    int last = Layout.NODE;
    try (RocksIterator iterator = database.iterator(database.metadata())) {
      iterator.seek(Layout.metadataKey(Layout.NODE, Layout.KIND_LOG));
      while (iterator.isValid() && Layout.isOf(iterator.key(), Layout.NODE, Layout.KIND_LOG)) {
        last = Math.max(last, Layout.u32(iterator.value()));
        iterator.next();
      }
      iterator.status();
    }
    return last + 1;
  }
}
