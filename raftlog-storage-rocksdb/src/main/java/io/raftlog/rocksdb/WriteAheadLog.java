package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/**
 * The write-ahead log: what makes a batch durable before RocksDB has it, which keeps it in memory
 * until it writes a table. Owned by the writer thread, and before that by the thread that opens the
 * storage.
 *
 * <p>Records are numbered without gaps from 1, for as long as the directory lives. A file that is
 * full is followed by another; one whose records are all in RocksDB's tables is used again. {@link
 * WalRecovery} reads the log when the storage is opened, and builds on this:
 *
 * <ul>
 *   <li>There is one writer, which syncs every record before it writes the next. So at most the
 *       last record was in flight, and a record proves that the one before it was synced.
 *   <li>A file's header is synced before the file's first record is written, and says the number of
 *       that record. So the next file says where a file ends.
 * </ul>
 *
 * <p>A file system's block is written again when the next record begins in it. Like every other
 * log, this one relies on the disk to write a sector as a whole.
 */
final class WriteAheadLog implements AutoCloseable {
  private final WalDirectory directory;
  private final UUID incarnation;
  private final long fileBytes;

  /** Files that are full, oldest first; what they hold may not be in RocksDB's tables yet. */
  private final Deque<WalFile> full = new ArrayDeque<>();

  private final Deque<WalFile> free = new ArrayDeque<>();
  private WalFile current;
  private long position;
  private long lastRecord;

  /**
   * Makes one that goes on behind the last record.
   *
   * @param fileBytes a file is full when it has so many bytes
   * @param free files that hold nothing that is needed
   * @param used the others, oldest first; the last one is written to
   * @param position where
   * @param lastRecord the number of the last record
   */
  WriteAheadLog(
      WalDirectory directory,
      UUID incarnation,
      long fileBytes,
      List<WalFile> free,
      List<WalFile> used,
      long position,
      long lastRecord) {
    this.directory = directory;
    this.incarnation = incarnation;
    this.fileBytes = fileBytes;
    this.free.addAll(free);
    this.full.addAll(used);
    this.current = full.removeLast();
    this.position = position;
    this.lastRecord = lastRecord;
  }

  /** The number of the last record that is durable, or 0. */
  long lastRecord() {
    return lastRecord;
  }

  /** Whether the next record belongs into the next file. */
  boolean isFull() {
    return position >= fileBytes;
  }

  /**
   * Begins the next file: one that is not needed any more, or a new one.
   *
   * @param persisted the number up to which every record is in RocksDB's tables
   * @throws IOException when nothing may be written any more
   */
  void beginFile(long persisted) throws IOException {
    WalHeader header =
        new WalHeader(incarnation, current.header().fileNumber() + 1, lastRecord + 1);
    full.addLast(current);
    while (full.size() > 1 && endOfOldest() <= persisted) {
      free.addLast(full.removeFirst());
    }
    try {
      if (free.isEmpty()) {
        current = WalFile.create(directory.newFile(), header);
      } else {
        current = free.removeFirst();
        current.reuse(header);
      }
    } catch (IOException e) {
      throw explained(e, 0);
    }
    position = WalFile.FIRST_RECORD;
  }

  /** The last record's number in the oldest full file, of two at least. */
  private long endOfOldest() {
    Iterator<WalFile> files = full.iterator();
    files.next();
    return files.next().header().firstRecord() - 1;
  }

  /**
   * Writes a record and syncs it.
   *
   * @return its number
   * @throws IOException when nobody can say what is on the disk; nothing may be written any more
   */
  long append(WalRecord record) throws IOException {
    try {
      position = current.append(position, lastRecord + 1, record.payload(), record.length());
    } catch (IOException e) {
      throw explained(e, record.length());
    }
    lastRecord++;
    return lastRecord;
  }

  /** Says so when the disk had no room for so many bytes and what a file grows by. */
  private IOException explained(IOException e, int bytes) {
    try {
      long left = Files.getFileStore(directory.path()).getUsableSpace();
      if (left < bytes + WalFile.STEP_BYTES) {
        return new DiskFullException(e.getMessage(), e);
      }
    } catch (IOException unknown) {
      e.addSuppressed(unknown);
    }
    return e;
  }

  @Override
  public void close() throws IOException {
    Deque<WalFile> files = new ArrayDeque<>(full);
    files.addAll(free);
    files.add(current);
    WalFile.closeAll(files);
  }
}
