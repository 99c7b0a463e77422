package io.raftlog.rocksdb;

import io.raftlog.spi.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/**
 * The open RocksDB with everything native that belongs to it. Written to by the writer thread only;
 * read by any thread, through {@link #read}, which keeps the memory from being freed meanwhile.
 */
final class Database implements Committer, AutoCloseable {
  /** Something that reads. */
  interface Read<T> {
    T from(Database database) throws RocksDBException;
  }

  private final Path directory;
  private final DatabaseOptions options;
  private final BackgroundErrors errors;
  private final DurableMark mark;
  private final RocksDB rocks;
  private final List<ColumnFamilyHandle> families;
  private final ReadOptions readOptions = new ReadOptions();
  private final WriteOptions synced = new WriteOptions().setSync(true);

  /** Readers hold the read lock; the write lock is taken to free the memory. */
  private final ReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private Database(
      Path directory,
      DatabaseOptions options,
      BackgroundErrors errors,
      DurableMark mark,
      RocksDB rocks,
      List<ColumnFamilyHandle> families) {
    this.directory = directory;
    this.options = options;
    this.errors = errors;
    this.mark = mark;
    this.rocks = rocks;
    this.families = families;
  }

  /** Opens the database; owns the options, the errors and the mark from then on, if it succeeds. */
  static Database open(
      Path directory, DatabaseOptions options, BackgroundErrors errors, DurableMark mark)
      throws RocksDBException {
    List<ColumnFamilyHandle> families = new ArrayList<>();
    RocksDB rocks =
        RocksDB.open(options.database(), directory.toString(), options.families(), families);
    return new Database(directory, options, errors, mark, rocks, families);
  }

  /** Makes an empty database with the layout's version and the node's incarnation in it. */
  static void create(Path directory, DatabaseOptions options, byte[] incarnation)
      throws RocksDBException {
    options.database().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
    List<ColumnFamilyHandle> families = new ArrayList<>();
    List<ColumnFamilyDescriptor> descriptors = options.families();
    try (RocksDB rocks =
            RocksDB.open(options.database(), directory.toString(), descriptors, families);
        WriteOptions synced = new WriteOptions().setSync(true)) {
      rocks.put(
          synced, Layout.metadataKey(Layout.NODE, Layout.KIND_VERSION), Layout.u32(Layout.VERSION));
      rocks.put(synced, Layout.metadataKey(Layout.NODE, Layout.KIND_INCARNATION), incarnation);
      families.forEach(ColumnFamilyHandle::close);
    }
  }

  ColumnFamilyHandle metadata() {
    return families.get(0);
  }

  ColumnFamilyHandle entries() {
    return families.get(1);
  }

  ColumnFamilyHandle offsets() {
    return families.get(2);
  }

  /** The number of the last write that the database has. */
  long lastSequence() {
    return rocks.getLatestSequenceNumber();
  }

  /** A metadata value, or null. For the thread that owns the database, or within {@link #read}. */
  @SuppressWarnings("NullAway")
  byte @org.jspecify.annotations.Nullable [] metadata(byte[] key) throws RocksDBException {
    return rocks.get(metadata(), readOptions, key);
  }

  /** A new iterator. For the thread that owns the database, or within {@link #read}. */
  RocksIterator iterator(ColumnFamilyHandle family) {
    return rocks.newIterator(family, readOptions);
  }

  /**
   * Reads from any thread.
   *
   * @throws StorageException when reading fails or the database is closed
   */
  <T> T read(String what, Read<T> read) {
    Lock lock = inUse.readLock();
    lock.lock();
    try {
      if (closed) {
        throw new StorageException("cannot read " + what + ": the storage is closed", null);
      }
      return read.from(this);
    } catch (RocksDBException e) {
      throw new StorageException(
          "cannot read " + what + " in " + directory + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void commit(Batch batch) throws IOException, RocksDBException {
    errors.check();
    rocks.write(synced, batch.batch());
    mark.advanceTo(rocks.getLatestSequenceNumber());
  }

  @Override
  public boolean isUnsettled() {
    return mark.isDirty();
  }

  @Override
  public void settle() throws IOException {
    mark.sync();
  }

  /** Frees everything, when no reader is left. */
  @Override
  public void close() throws IOException {
    Lock lock = inUse.writeLock();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      families.forEach(ColumnFamilyHandle::close);
      rocks.close();
      readOptions.close();
      synced.close();
      options.close();
      errors.close();
      mark.close();
    } finally {
      lock.unlock();
    }
  }
}
