package io.raftlog.rocksdb;

import io.raftlog.spi.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The open RocksDB with everything native that belongs to it. Written to by the writer thread only;
 * read by any thread, through {@link #read}, which keeps the memory from being freed meanwhile.
 */
final class Database implements AutoCloseable {
  /** Something that reads. */
  interface Read<T> {
    T from(Database database) throws RocksDBException;
  }

  /** How often it is looked whether RocksDB takes writes again. */
  private static final long STOPPED_PAUSE_NANOS = 1_000_000;

  private static final byte[] APPLIED = Layout.metadataKey(Layout.NODE, Layout.KIND_APPLIED);

  private final Path directory;
  private final DatabaseOptions options;
  private final RocksDB rocks;
  private final List<ColumnFamilyHandle> handles;
  private final List<Family> families = new ArrayList<>();
  private final ReadOptions readOptions = new ReadOptions();
  private final ReadOptions readTables = new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER);
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final WriteOptions atOnce = new WriteOptions().setDisableWAL(true).setNoSlowdown(true);
  private final FlushOptions flush =
      new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true);

  /** Readers hold the read lock; the write lock is taken to free the memory. */
  private final ReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private Database(
      Path directory, DatabaseOptions options, RocksDB rocks, List<ColumnFamilyHandle> handles) {
    this.directory = directory;
    this.options = options;
    this.rocks = rocks;
    this.handles = handles;
    for (ColumnFamilyHandle handle : handles) {
      families.add(new Family((byte) families.size(), handle));
    }
  }

  /** Opens the database; owns the options from then on, if it succeeds. */
  static Database open(Path directory, DatabaseOptions options) throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB rocks =
        RocksDB.open(options.database(), directory.toString(), options.families(), handles);
    return new Database(directory, options, rocks, handles);
  }

  /** Makes an empty database with the layout's version and the node's incarnation in it. */
  static void create(Path directory, DatabaseOptions options, byte[] incarnation)
      throws RocksDBException {
    options.database().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    List<ColumnFamilyDescriptor> descriptors = options.families();
    try (RocksDB rocks =
            RocksDB.open(options.database(), directory.toString(), descriptors, handles);
        WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
        FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      rocks.put(
          unlogged,
          Layout.metadataKey(Layout.NODE, Layout.KIND_VERSION),
          Layout.u32(Layout.VERSION));
      rocks.put(unlogged, Layout.metadataKey(Layout.NODE, Layout.KIND_INCARNATION), incarnation);
      rocks.flush(wait, handles);
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  Family metadata() {
    return families.get(0);
  }

  Family entries() {
    return families.get(1);
  }

  Family offsets() {
    return families.get(2);
  }

  /** The family that a record of the write-ahead log means. */
  Family family(byte code) {
    return families.get(code);
  }

  /** The number of the last record that RocksDB was given, or 0. */
  long appliedRecord() throws RocksDBException {
    byte[] number = metadata(APPLIED);
    return number == null ? 0 : Layout.u64(number);
  }

  /** The number up to which every record is in a table, and synced. For the writer thread. */
  long persistedRecord() throws RocksDBException {
    byte[] number = rocks.get(metadata().handle(), readTables, APPLIED);
    return number == null ? 0 : Layout.u64(number);
  }

  /**
   * Gives RocksDB a batch, and the number of the record that it is. Both are in memory until
   * RocksDB writes tables, which it does with all families at once: so what its tables hold is
   * always what it was given up to a record. For the thread that owns the database. Blocks as long
   * as RocksDB has too much in memory and writes it to the disk.
   *
   * @throws IOException when it cannot write it: RocksDB itself would wait for a full disk for ever
   */
  void apply(WriteBatch batch, long number) throws IOException, RocksDBException {
    batch.put(metadata().handle(), APPLIED, Layout.u64(number));
    while (!wroteAtOnce(batch)) {
      checkBackgroundErrors();
      if (rocks.getLongProperty("rocksdb.is-write-stopped") == 0) {
        rocks.write(unlogged, batch); // it was only to go slower, and RocksDB knows how much
        return;
      }
      LockSupport.parkNanos(STOPPED_PAUSE_NANOS);
    }
  }

  private boolean wroteAtOnce(WriteBatch batch) throws RocksDBException {
    try {
      rocks.write(atOnce, batch);
      return true;
    } catch (RocksDBException e) {
      if (e.getStatus() == null || e.getStatus().getCode() != Status.Code.Incomplete) {
        throw e;
      }
      return false;
    }
  }

  /** Makes RocksDB write tables of what it has in memory; does not wait. */
  void flush() throws RocksDBException {
    rocks.flush(flush, handles);
  }

  /** A metadata value, or null. For the thread that owns the database, or within {@link #read}. */
  byte @Nullable [] metadata(byte[] key) throws RocksDBException {
    return rocks.get(metadata().handle(), readOptions, key);
  }

  /** A new iterator. For the thread that owns the database, or within {@link #read}. */
  RocksIterator iterator(Family family) {
    return rocks.newIterator(family.handle(), readOptions);
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
   * A flush or a compaction that failed is as final as a write: the disk is not trusted any more.
   * For the writer thread.
   */
  void checkBackgroundErrors() throws IOException, RocksDBException {
    long errors = rocks.getLongProperty("rocksdb.background-errors");
    if (errors == 0) {
      return;
    }
    RocksDBException cause = backgroundError();
    String why =
        cause == null
            ? ", perhaps since the disk was full, and does not any more"
            : " with " + cause.getMessage();
    String what = "RocksDB failed in the background" + why + ", see " + directory.resolve("LOG");
    boolean isFull = cause != null && RocksErrors.isDiskFull(cause);
    try {
      long left = Files.getFileStore(directory).getUsableSpace();
      what += ", bytes left on the disk: " + left;
      isFull |= left < options.spaceToFlush();
    } catch (IOException unknown) {
      what += ", which cannot be looked at: " + unknown;
    }
    throw isFull ? new DiskFullException(what, cause) : new IOException(what, cause);
  }

  /** What has failed; RocksDB tells it only to who writes, and not always. */
  private @Nullable RocksDBException backgroundError() {
    try (WriteBatch nothing = new WriteBatch()) {
      wroteAtOnce(nothing);
      return null;
    } catch (RocksDBException e) {
      return e;
    }
  }

  /** Deletes the files that hold only entries that were trimmed. For the reclaimer. */
  void deleteTrimmedFiles(SpaceReclaimer.Trim trim) throws RocksDBException {
    deleteFiles(entries(), trim.logNumber(), trim.firstIndex());
    deleteFiles(offsets(), trim.logNumber(), trim.firstOffset());
  }

  private void deleteFiles(Family family, int logNumber, long before) throws RocksDBException {
    List<byte[]> range = List.of(Layout.key(logNumber, 0), Layout.key(logNumber, before));
    rocks.deleteFilesInRanges(family.handle(), range, false);
  }

  /** About how many bytes of trimmed entries are still there, flushed or not. For the reclaimer. */
  long trimmedBytes(SpaceReclaimer.Trim trim) {
    try (Slice from = new Slice(Layout.key(trim.logNumber(), 0));
        Slice to = new Slice(Layout.key(trim.logNumber(), trim.firstIndex()))) {
      return rocks
          .getApproximateSizes(
              entries().handle(),
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

  private void compact(Family family, int logNumber, long before, CompactRangeOptions compaction)
      throws RocksDBException {
    byte[] from = Layout.key(logNumber, 0);
    rocks.compactRange(family.handle(), from, Layout.key(logNumber, before), compaction);
  }

  /** Frees everything, when no reader is left. */
  @Override
  public void close() {
    Lock lock = inUse.writeLock();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      handles.forEach(ColumnFamilyHandle::close);
      rocks.close();
      readOptions.close();
      readTables.close();
      unlogged.close();
      atOnce.close();
      flush.close();
      options.close();
    } finally {
      lock.unlock();
    }
  }
}
