package io.raftlog.rocksdb;

import java.nio.file.Path;

/**
 * What {@link RocksDbStorage.Builder} was told.
 *
 * @param directory the data directory
 * @param acceptCopiedDirectory whether a copied directory becomes the original
 * @param writeBufferBytes how large the entries' memtables become before they are flushed
 * @param blockCacheBytes how much memory caches what is read
 * @param maxOpenFiles how many files RocksDB keeps open
 */
record Settings(
    Path directory,
    boolean acceptCopiedDirectory,
    long writeBufferBytes,
    long blockCacheBytes,
    int maxOpenFiles) {}
