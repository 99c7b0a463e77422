package io.raftlog.rocksdb;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * One log. {@link #write} belongs to the log's replica thread, {@link #read} and {@link #indexOf}
 * to anybody; {@code firstIndex} is written by the writer thread.
 */
final class RocksDbLog implements LogStorage {
  private static final byte[] NOTHING = {};

  private final String logId;
  private final int number;
  private final Database database;
  private final Consumer<Task> writer;
  private final StorageListener listener;
  private final StoredState stored;
  private final LogShape shape;
  private final LogWriter logWriter;

  private long lastWriteId;
  private volatile long firstIndex;

  RocksDbLog(
      String logId,
      int number,
      Database database,
      Consumer<Task> writer,
      StorageListener listener,
      RecoveredLog recovered,
      LogWriter logWriter) {
    this.logId = logId;
    this.number = number;
    this.database = database;
    this.writer = writer;
    this.listener = listener;
    this.shape = recovered.shape();
    this.stored = recovered.state();
    this.firstIndex = stored.firstIndex();
    this.logWriter = logWriter;
  }

  @Override
  public StoredState storedState() {
    return stored;
  }

  @Override
  public void write(StorageWrite write) {
    if (write.writeId() != lastWriteId + 1) {
      throw new IllegalArgumentException(
          "write " + write.writeId() + " of log " + logId + " comes after write " + lastWriteId);
    }
    LogChange change = shape.apply(write);
    lastWriteId = write.writeId();
    writer.accept(new LogWrite(this, write, change));
  }

  LogWriter logWriter() {
    return logWriter;
  }

  StorageListener listener() {
    return listener;
  }

  /** Entries before this index are gone; called by the writer thread. */
  void trimmedTo(long index) {
    firstIndex = index;
  }

  @Override
  public List<ByteBuffer> read(long fromIndex, int maxBytes) {
    if (fromIndex < firstIndex) {
      return List.of();
    }
    return database.read(
        "log " + logId + " from index " + fromIndex, db -> readEntries(db, fromIndex, maxBytes));
  }

  /**
   * Damage that RocksDB finds ends the list; only the reader that begins there gets the exception.
   */
  private List<ByteBuffer> readEntries(Database db, long fromIndex, int maxBytes)
      throws RocksDBException {
    List<ByteBuffer> entries = new ArrayList<>();
    long bytes = 0;
    try (RocksIterator iterator = db.iterator(db.entries())) {
      iterator.seek(Layout.key(number, fromIndex));
      for (long index = fromIndex; iterator.isValid(); index++, iterator.next()) {
        byte[] key = iterator.key();
        if (Layout.logNumberOf(key) != number) {
          break;
        }
        if (Layout.numberOf(key) != index) {
          checkGap(fromIndex, index, Layout.numberOf(key));
          break;
        }
        int length = iterator.value(NOTHING);
        bytes += length;
        if (bytes > maxBytes && !entries.isEmpty()) {
          return entries;
        }
        byte[] value = new byte[length];
        iterator.value(value);
        entries.add(ByteBuffer.wrap(value));
      }
      if (entries.isEmpty()) {
        iterator.status();
      }
    }
    return entries;
  }

  /**
   * The first entry may be missing, because it was trimmed meanwhile; a later one may not. Whoever
   * begins to read there could not tell, so the reader that passes there gets the exception.
   */
  private void checkGap(long fromIndex, long missing, long found) {
    if (missing > fromIndex) {
      throw StorageException.corrupted(
          "log " + logId + " is corrupted: entry " + missing + " is missing before " + found, null);
    }
  }

  @Override
  public long indexOf(long offset) {
    if (offset < 0) {
      return 0;
    }
    return database.read("log " + logId + " at offset " + offset, db -> findIndex(db, offset));
  }

  private long findIndex(Database db, long offset) throws RocksDBException {
    try (RocksIterator iterator = db.iterator(db.offsets())) {
      iterator.seekForPrev(Layout.key(number, offset));
      iterator.status();
      if (!iterator.isValid()) {
        return 0;
      }
      byte[] key = iterator.key();
      if (Layout.logNumberOf(key) != number) {
        return 0;
      }
      ByteBuffer extent = ByteBuffer.wrap(iterator.value());
      long index = extent.getLong();
      long end = Layout.numberOf(key) + Integer.toUnsignedLong(extent.getInt());
      return offset < end && index >= firstIndex ? index : 0;
    }
  }
}
