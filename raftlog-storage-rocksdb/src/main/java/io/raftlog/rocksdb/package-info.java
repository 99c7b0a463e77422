/**
 * The storage of a node on a local disk: one RocksDB for all of the node's logs, and a write-ahead
 * log before it.
 *
 * <p>Start at {@link io.raftlog.rocksdb.RocksDbStorage}; nothing else is public. {@code
 * BatchWriter} is the way of a write, {@code RocksDbLog} that of a read, {@code Layout} what is on
 * the disk, and {@code WalRecovery} why a node starts, or refuses to start, after a crash.
 * Applications depend on this package; nothing of raftlog does.
 *
 * <ul>
 *   <li>Opening, and whose directory it is: {@code OpenStorage}, {@code StorageDirectory}, {@code
 *       DirectoryLock}, {@code Identity}, {@code ManifestCheck}.
 *   <li>A write: {@code LogShape} and {@code LogWriter} say what it means for the keys, {@code
 *       BatchWriter} makes batches of writes, {@code LoggedCommits} makes them durable.
 *   <li>The write-ahead log: {@code WriteAheadLog} and every {@code Wal…}, with {@code
 *       DurableMark}.
 *   <li>RocksDB: {@code Database}, {@code DatabaseOptions}, {@code Layout}, {@code SpaceReclaimer}.
 * </ul>
 */
@NullMarked
package io.raftlog.rocksdb;

import org.jspecify.annotations.NullMarked;
