package io.raftlog.rocksdb;

import io.raftlog.spi.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
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

  private static final byte[] NOTHING = {};

  private final Path directory;
  private final DatabaseOptions options;
  private final LogFileEvents events;
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
      LogFileEvents events,
      DurableMark mark,
      RocksDB rocks,
      List<ColumnFamilyHandle> families) {
    this.directory = directory;
    this.options = options;
    this.events = events;
    this.mark = mark;
    this.rocks = rocks;
    this.families = families;
  }

  /** Opens the database; owns the options, the events and the mark from then on, if it succeeds. */
  static Database open(
      Path directory, DatabaseOptions options, LogFileEvents events, DurableMark mark)
      throws RocksDBException {
    List<ColumnFamilyHandle> families = new ArrayList<>();
    RocksDB rocks =
        RocksDB.open(options.database(), directory.toString(), options.families(), families);
    return new Database(directory, options, events, mark, rocks, families);
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
  byte @Nullable [] metadata(byte[] key) throws RocksDBException {
    return rocks.get(metadata(), readOptions, key);
  }

  /** A metadata value, or another array. For the same. */
  byte[] metadata(byte[] key, byte[] otherwise) throws RocksDBException {
    byte[] value = metadata(key);
    return value == null ? otherwise : value;
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
      throw RocksErrors.whileReading(what, directory, e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The first batch of a new file of the write-ahead log is followed by one that says nothing.
   * Else, on a node that is idle from then on, the file would hold a single batch, and damage to it
   * could not be told from a crash while it was written.
   */
  @Override
  public void commit(Batch batch) throws IOException, RocksDBException {
    checkBackgroundErrors();
    rocks.write(synced, batch.batch());
    mark.advanceTo(rocks.getLatestSequenceNumber());
    if (events.takeNewFile()) {
      rocks.put(synced, Layout.metadataKey(Layout.NODE, Layout.KIND_LOG_FILE), NOTHING);
      mark.advanceTo(rocks.getLatestSequenceNumber());
    }
  }

  /**
   * A flush or a compaction that failed is as final as a write: the disk is not trusted any more.
   */
  private void checkBackgroundErrors() throws IOException, RocksDBException {
    long errors = rocks.getLongProperty("rocksdb.background-errors");
    if (errors == 0) {
      return;
    }
    long left = Files.getFileStore(directory).getUsableSpace();
    throw new IOException(
        (left < options.spaceToFlush() ? "the disk is full: " : "")
            + "RocksDB failed in the background, bytes left on the disk: "
            + left
            + "; see "
            + directory.resolve("LOG"));
  }

  @Override
  public boolean isUnsettled() {
    return mark.isDirty();
  }

  @Override
  public void settle() throws IOException {
    mark.sync();
  }

  /** Deletes the files that hold only entries that were trimmed. For the reclaimer. */
  void deleteTrimmedFiles(SpaceReclaimer.Trim trim) throws RocksDBException {
    deleteFiles(entries(), trim.logNumber(), trim.firstIndex());
    deleteFiles(offsets(), trim.logNumber(), trim.firstOffset());
  }

  private void deleteFiles(ColumnFamilyHandle family, int logNumber, long before)
      throws RocksDBException {
    List<byte[]> range = List.of(Layout.key(logNumber, 0), Layout.key(logNumber, before));
    rocks.deleteFilesInRanges(family, range, false);
  }

  /** About how many bytes of trimmed entries are still there, flushed or not. For the reclaimer. */
  long trimmedBytes(SpaceReclaimer.Trim trim) {
    try (Slice from = new Slice(Layout.key(trim.logNumber(), 0));
        Slice to = new Slice(Layout.key(trim.logNumber(), trim.firstIndex()))) {
      return rocks
          .getApproximateSizes(
              entries(),
              List.of(new Range(from, to)),
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
    }
  }

  /** Rewrites the files that hold trimmed entries among others. For the reclaimer. */
  void compactTrimmed(SpaceReclaimer.Trim trim, CompactRangeOptions compaction)
      throws RocksDBException {
    compact(entries(), trim.logNumber(), trim.firstIndex(), compaction);
    compact(offsets(), trim.logNumber(), trim.firstOffset(), compaction);
  }

  private void compact(
      ColumnFamilyHandle family, int logNumber, long before, CompactRangeOptions compaction)
      throws RocksDBException {
    rocks.compactRange(family, Layout.key(logNumber, 0), Layout.key(logNumber, before), compaction);
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
      events.close();
      mark.close();
    } finally {
      lock.unlock();
    }
  }
}
