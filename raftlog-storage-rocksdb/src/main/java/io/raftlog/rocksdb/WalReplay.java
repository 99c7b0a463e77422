package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Gives to RocksDB what the write-ahead log has and its tables lack. Owned by the thread that opens
 * the storage.
 */
final class WalReplay implements WalRecovery.Replay, WalRecord.Operations, AutoCloseable {
  /** So much is written at once; how much does not matter, as long as it is not a record each. */
  private static final int BATCH_BYTES = 1 << 20;

  private final Database database;
  private final WriteBatch batch = new WriteBatch();
  private long lastRecord;
  private int bytes;

  WalReplay(Database database) {
    this.database = database;
  }

  @Override
  public void accept(long number, ByteBuffer payload) throws IOException, RocksDBException {
    bytes += payload.remaining();
    WalRecord.decode(payload, this);
    lastRecord = number;
    if (bytes >= BATCH_BYTES) {
      write();
    }
  }

  @Override
  public void put(byte family, ByteBuffer key, ByteBuffer value) throws RocksDBException {
    batch.put(database.family(family).handle(), key, value);
  }

  @Override
  public void delete(byte family, ByteBuffer key) throws RocksDBException {
    batch.delete(database.family(family).handle(), array(key));
  }

  @Override
  public void deleteRange(byte family, ByteBuffer from, ByteBuffer to) throws RocksDBException {
    batch.deleteRange(database.family(family).handle(), array(from), array(to));
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }

  @Override
  public void finish() throws IOException, RocksDBException {
    if (bytes > 0) {
      write();
    }
  }

  private void write() throws IOException, RocksDBException {
    database.apply(batch, lastRecord);
    batch.clear();
    bytes = 0;
  }

  @Override
  public void close() {
    batch.close();
  }
}
