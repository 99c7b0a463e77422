package io.raftlog.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksObject;

/**
 * RocksDB's options for a log: keys in ascending order, written once, read in order, and deleted
 * from the front. Owned by the thread that opens the storage; closed after the database.
 *
 * <p>Such keys make compaction cheap: with one log every file is moved down the levels as it is.
 * That many files wait in level 0 never stops a write, because the write would stop the log; only
 * memory does, when the disk takes {@value #WRITE_BUFFERS} write buffers no faster.
 *
 * <p>Tables are compressed with LZ4: records of text need less than half of the disk, at no cost
 * that could be measured while writing and a third more time for reading what is no more in memory.
 * The write-ahead log is not compressed.
 */
final class DatabaseOptions implements AutoCloseable {
  /** How many write buffers a column family has, the one that is being filled included. */
  private static final int WRITE_BUFFERS = 4;

  /** For metadata, of which few keys are written again and again, one of them with every batch. */
  private static final long METADATA_WRITE_BUFFER_BYTES = 8L << 20;

  /**
   * Entries are flushed with each file of the write-ahead log, which is as long as a write buffer
   * should be; RocksDB's own limit must not be met just before.
   */
  private static final int ENTRIES_PER_FILE = 2;

  /** For offsets, 24 bytes and overhead each. */
  private static final long OFFSETS_WRITE_BUFFER_BYTES = 8L << 20;

  /** So many trims and long truncations flush a memtable: readers pay for each. */
  private static final int RANGE_TOMBSTONES = 1000;

  /** Larger than RocksDB's default, because entries are read in order. */
  private static final long BLOCK_BYTES = 16L << 10;

  /**
   * The disk writes continuously rather than all at the end of a file, when it delays our syncs.
   */
  private static final long BYTES_PER_SYNC = 1L << 20;

  /** RocksDB's own diagnostics, in files LOG*. */
  private static final long DIAGNOSTICS_BYTES = 4L << 20;

  private static final int NEVER = 1 << 30;

  private final List<RocksObject> owned = new ArrayList<>();
  private final long spaceToFlush;
  private final DBOptions database;
  private final List<ColumnFamilyDescriptor> families;

  DatabaseOptions(Settings settings) {
    this.spaceToFlush = 2 * settings.writeBufferBytes();
    Cache cache = own(new LRUCache(settings.blockCacheBytes()));
    this.families =
        List.of(
            descriptor(0, family(cache, METADATA_WRITE_BUFFER_BYTES)),
            descriptor(1, family(cache, ENTRIES_PER_FILE * settings.writeBufferBytes())),
            descriptor(2, family(cache, OFFSETS_WRITE_BUFFER_BYTES)));
    this.database = own(database(settings));
  }

  private static ColumnFamilyDescriptor descriptor(int code, ColumnFamilyOptions options) {
    byte[] name = Layout.FAMILIES.get(code).getBytes(StandardCharsets.US_ASCII);
    return new ColumnFamilyDescriptor(name, options);
  }

  /** With less room on the disk than this, in bytes, a flush may fail for that reason. */
  long spaceToFlush() {
    return spaceToFlush;
  }

  DBOptions database() {
    return database;
  }

  /** The column families with their options, in the order of {@link Layout#FAMILIES}. */
  List<ColumnFamilyDescriptor> families() {
    return families;
  }

  /**
   * RocksDB's own write-ahead log stays empty, see {@link WriteAheadLog}. So tables of all column
   * families must be written as one, and closing must not wait for them. RocksDB's option
   * reuse_manifest_on_open, which its Java side lacks, must stay off: opening then writes a new
   * manifest and syncs it, so what it says of the tables is durable before we build on it.
   *
   * <p>Tables are written past the file system's cache where that is possible: a table is rarely
   * read while it is new, because recent entries are in raftlog's own cache; and filling the cache
   * with them took half of all processor time and pushed the application's files out.
   */
  private static DBOptions database(Settings settings) {
    return new DBOptions()
        .setAtomicFlush(true)
        .setUseDirectIoForFlushAndCompaction(DirectIo.isPossible(settings.directory()))
        .setAvoidFlushDuringShutdown(true)
        .setParanoidChecks(true)
        .setMaxBgErrorResumeCount(0)
        .setMaxOpenFiles(settings.maxOpenFiles())
        .setSkipStatsUpdateOnDbOpen(true)
        .setBytesPerSync(BYTES_PER_SYNC)
        .setAllowConcurrentMemtableWrite(false)
        .setEnableWriteThreadAdaptiveYield(false)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(DIAGNOSTICS_BYTES)
        .setKeepLogFileNum(4)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  private ColumnFamilyOptions family(Cache cache, long writeBufferBytes) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setBlockSize(BLOCK_BYTES);
    return own(
        new ColumnFamilyOptions()
            .setWriteBufferSize(writeBufferBytes)
            .setMaxWriteBufferNumber(WRITE_BUFFERS)
            .setMemtableMaxRangeDeletions(RANGE_TOMBSTONES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setLevel0SlowdownWritesTrigger(NEVER)
            .setLevel0StopWritesTrigger(NEVER)
            .setSoftPendingCompactionBytesLimit(0)
            .setHardPendingCompactionBytesLimit(0)
            .setTableFormatConfig(table));
  }

  private <T extends RocksObject> T own(T object) {
    owned.add(object);
    return object;
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
  }
}
