package io.raftlog.benchmarks.limits;

import io.raftlog.benchmarks.contender.Payloads;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A RocksDB of its own, into which one value after the other is written under ascending keys, each
 * in a synced batch: what a log must do at least. Write buffers of 64 MiB, no stop because of many
 * files.
 */
final class SyncedBatches implements Stopwatch.Operation {
  private static final long WRITE_BUFFER_BYTES = 64L << 20;
  private static final int WRITE_BUFFERS = 4;
  private static final int NEVER = 1 << 30;

  private final Options options;
  private final WriteOptions synced;
  private final RocksDB database;
  private final byte[] key = new byte[Long.BYTES];
  private final byte[] value;
  private long number;

  private SyncedBatches(Options options, RocksDB database, int batchBytes) {
    this.options = options;
    this.synced = new WriteOptions().setSync(true);
    this.database = database;
    this.value = new Payloads(batchBytes).create(0);
  }

  static SyncedBatches open(Path directory, int batchBytes) throws RocksDBException {
    Options options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(WRITE_BUFFERS)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setLevel0SlowdownWritesTrigger(NEVER)
            .setLevel0StopWritesTrigger(NEVER)
            .setBytesPerSync(1L << 20)
            .setAllowConcurrentMemtableWrite(false)
            .setEnableWriteThreadAdaptiveYield(false);
    return new SyncedBatches(options, RocksDB.open(options, directory.toString()), batchBytes);
  }

  @Override
  public void run() throws RocksDBException {
    ByteBuffer.wrap(key).putLong(number++);
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(key, value);
      database.write(synced, batch);
    }
  }

  @Override
  public void close() {
    database.close();
    synced.close();
    options.close();
  }
}
