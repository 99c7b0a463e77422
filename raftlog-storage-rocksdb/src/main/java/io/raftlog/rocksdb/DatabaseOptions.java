package io.raftlog.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WALRecoveryMode;

/**
 * RocksDB's options for a log: keys in ascending order, written once, read in order, and deleted
 * from the front. Owned by the thread that opens the storage; closed after the database.
 */
final class DatabaseOptions implements AutoCloseable {
  private static final long SMALL_WRITE_BUFFER_BYTES = 4L << 20;
  private static final long ENTRIES_FILE_BYTES = 64L << 20;
  private static final long BLOCK_BYTES = 16L << 10;
  private static final int NEVER = 1 << 30;

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final DBOptions database;
  private final List<ColumnFamilyDescriptor> families;

  DatabaseOptions(Settings settings, BackgroundErrors errors) {
    Cache cache = own(new LRUCache(settings.blockCacheBytes()));
    this.families =
        List.of(
            new ColumnFamilyDescriptor(
                RocksDB.DEFAULT_COLUMN_FAMILY, family(cache, SMALL_WRITE_BUFFER_BYTES)),
            new ColumnFamilyDescriptor(
                Layout.ENTRIES.getBytes(StandardCharsets.US_ASCII),
                family(cache, settings.writeBufferBytes())),
            new ColumnFamilyDescriptor(
                Layout.OFFSETS.getBytes(StandardCharsets.US_ASCII),
                family(cache, SMALL_WRITE_BUFFER_BYTES)));
    this.database = own(database(settings, errors));
  }

  DBOptions database() {
    return database;
  }

  /** The column families' options: default, entries, offsets. */
  List<ColumnFamilyDescriptor> families() {
    return families;
  }

  private static DBOptions database(Settings settings, BackgroundErrors errors) {
    Properties onlyByName = new Properties();
    onlyByName.setProperty("track_and_verify_wals_in_manifest", "true");
    DBOptions options = DBOptions.getDBOptionsFromProps(onlyByName);
    if (options == null) {
      throw new IllegalStateException("this RocksDB does not know the options " + onlyByName);
    }
    return options
        .setCreateIfMissing(false)
        .setParanoidChecks(true)
        .setWalRecoveryMode(WALRecoveryMode.AbsoluteConsistency)
        .setRecycleLogFileNum(0)
        .setMaxTotalWalSize(4 * settings.writeBufferBytes())
        .setMaxOpenFiles(settings.maxOpenFiles())
        .setSkipStatsUpdateOnDbOpen(true)
        .setMaxBackgroundJobs(2)
        .setBytesPerSync(1L << 20)
        .setMaxBgErrorResumeCount(0)
        .setListeners(List.of(errors))
        .setAllowConcurrentMemtableWrite(false)
        .setEnableWriteThreadAdaptiveYield(false)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(4L << 20)
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
            .setMaxWriteBufferNumber(4)
            .setTargetFileSizeBase(ENTRIES_FILE_BYTES)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setLevel0SlowdownWritesTrigger(NEVER)
            .setLevel0StopWritesTrigger(NEVER)
            .setSoftPendingCompactionBytesLimit(0)
            .setHardPendingCompactionBytesLimit(0)
            .setTableFormatConfig(table));
  }

  private <T extends AutoCloseable> T own(T object) {
    owned.add(object);
    return object;
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      try {
        owned.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
