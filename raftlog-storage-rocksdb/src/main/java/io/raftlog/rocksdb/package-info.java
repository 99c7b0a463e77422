/**
 * The storage of a node on a local disk: one RocksDB for all of the node's logs, and a write-ahead
 * log before it.
 *
 * <p>Start at {@link io.raftlog.rocksdb.RocksDbStorage}; nothing else is public. {@code
 * BatchWriter} is the way of a write, {@code RocksDbLog} that of a read, {@code Layout} what is on
 * the disk, and {@code WalRecovery} why a node starts, or refuses to start, after a crash.
 * Applications depend on this package; nothing of raftlog does.
 */
@NullMarked
package io.raftlog.rocksdb;

import org.jspecify.annotations.NullMarked;
