package io.raftlog.rocksdb;

import org.rocksdb.ColumnFamilyHandle;

/**
 * A column family of the open database.
 *
 * @param code what it is called in the write-ahead log: see {@link Layout#FAMILIES}
 * @param handle RocksDB's
 */
record Family(byte code, ColumnFamilyHandle handle) {}
