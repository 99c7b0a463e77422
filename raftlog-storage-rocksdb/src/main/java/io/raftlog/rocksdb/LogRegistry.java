package io.raftlog.rocksdb;

import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Which log numbers are taken. Stateless. */
final class LogRegistry {
  private LogRegistry() {}

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
