package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the write-ahead log when a storage is opened: gives what RocksDB's tables lack to it, and
 * decides whether the log is what a crash can leave behind. A last record that is torn is dropped;
 * everything else is refused. Owned by the thread that opens the storage.
 *
 * <p>A log ends where no intact record has the next number. That is an end, and not damage, when
 *
 * <ul>
 *   <li>no file follows whose header says that there are more records;
 *   <li>the {@link DurableMark} does not say that this record was synced;
 *   <li>no header of a record with a higher number is behind it: it could be written only when this
 *       record was synced. Any bytes may be behind the end, for files are used again; but no
 *       record's header from another time or place has a right checksum there.
 * </ul>
 *
 * <p>What remains: after a power failure the mark may be old. Then damage that the same failure did
 * to the very last record cannot be told from a record that was in flight.
 */
final class WalRecovery {
  /** Is given the records that RocksDB's tables lack. */
  interface Replay {
    /**
     * Takes one.
     *
     * @param number its number
     * @param payload its bytes, valid until this returns
     */
    void accept(long number, ByteBuffer payload) throws IOException, RocksDBException;

    /** There is no other one. */
    default void finish() throws IOException, RocksDBException {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(WalRecovery.class);

  private final String node;
  private final WalDirectory directory;
  private final UUID incarnation;
  private final long durable;
  private final Replay replay;
  private final List<WalFile> files = new ArrayList<>();

  /** The number of the next record, which nobody has seen yet. */
  private long next;

  /** Where it would begin. */
  private long position;

  /** Where the record before it begins, if it is in the same file. */
  private long lastPosition;

  private WalRecovery(
      String node, WalDirectory directory, UUID incarnation, long durable, Replay replay) {
    this.node = node;
    this.directory = directory;
    this.incarnation = incarnation;
    this.durable = durable;
    this.replay = replay;
  }

  /**
   * Opens the log.
   *
   * @param node for log lines
   * @param path the log's directory
   * @param incarnation whose files they must be
   * @param fileBytes how large files become
   * @param applied the number of the last record that is in RocksDB's tables
   * @param durable the number up to which everything was synced, by the mark
   * @param replay is given every later record, in order
   * @return the log, which goes on behind its last record; everything in it is durable
   * @throws io.raftlog.NodeStartException when something is missing that was synced; nothing was
   *     changed
   */
  static WriteAheadLog run(
      String node,
      Path path,
      UUID incarnation,
      long fileBytes,
      long applied,
      long durable,
      Replay replay)
      throws IOException, RocksDBException {
    WalDirectory directory = new WalDirectory(path);
    directory.sync();
    WalRecovery recovery = new WalRecovery(node, directory, incarnation, durable, replay);
    try {
      return recovery.run(fileBytes, applied);
    } catch (Throwable e) {
      try {
        WalFile.closeAll(recovery.files);
      } catch (IOException further) {
        e.addSuppressed(further);
      }
      throw e;
    }
  }

  private WriteAheadLog run(long fileBytes, long applied) throws IOException, RocksDBException {
    openFiles();
    int first = firstNeeded(applied);
    for (int i = first; i < files.size(); i++) {
      checkContinues(i, first);
      findEnd(files.get(i));
    }
    WalFile last = files.get(files.size() - 1);
    checkEnd(last, Math.max(applied, durable));
    // What is only in memory must not get into tables, nor be relied on.
    last.rewrite(lastPosition, position);
    for (int i = first; i < files.size(); i++) {
      boolean isLast = i == files.size() - 1;
      replay(files.get(i), isLast ? next : files.get(i + 1).header().firstRecord(), applied);
    }
    replay.finish();
    return new WriteAheadLog(
        directory,
        incarnation,
        fileBytes,
        files.subList(0, first),
        files.subList(first, files.size()),
        position,
        next - 1);
  }

  /** Opens all files, in the order in which they were begun. */
  private void openFiles() throws IOException {
    for (Path file : directory.files()) {
      files.add(WalFile.open(file));
    }
    for (WalFile file : files) {
      if (!file.header().incarnation().equals(incarnation)) {
        throw Corruption.of(file.path(), "it belongs to another data directory");
      }
    }
    files.sort(Comparator.comparingLong(file -> file.header().fileNumber()));
  }

  /** The last file that begins early enough; those before it hold nothing that is needed. */
  private int firstNeeded(long applied) {
    for (int i = files.size() - 1; i >= 0; i--) {
      if (files.get(i).header().firstRecord() <= applied + 1) {
        next = files.get(i).header().firstRecord();
        return i;
      }
    }
    throw Corruption.of(
        directory.path(),
        "no file has record " + (applied + 1) + ", the first one that the database lacks");
  }

  private void checkContinues(int i, int first) {
    WalHeader header = files.get(i).header();
    boolean follows =
        i == first || header.fileNumber() == files.get(i - 1).header().fileNumber() + 1;
    if (!follows || header.firstRecord() != next) {
      throw Corruption.of(
          files.get(i).path(),
          "it is file "
              + header.fileNumber()
              + " and begins with record "
              + header.firstRecord()
              + ", but the intact records before it end at "
              + (next - 1));
    }
  }

  private void findEnd(WalFile file) throws IOException {
    WalReader reader = new WalReader(file);
    position = WalFile.FIRST_RECORD;
    lastPosition = position;
    while (reader.find(position, next) == WalReader.Found.RECORD) {
      lastPosition = position;
      position = WalFile.end(position, reader.payload(position).remaining());
      next++;
    }
  }

  private void replay(WalFile file, long until, long applied) throws IOException, RocksDBException {
    WalReader reader = new WalReader(file);
    long at = WalFile.FIRST_RECORD;
    for (long number = file.header().firstRecord(); number < until; number++) {
      if (reader.find(at, number) != WalReader.Found.RECORD) {
        throw new IOException(file.path() + " has changed while it was read");
      }
      ByteBuffer payload = reader.payload(at);
      at = WalFile.end(at, payload.remaining());
      if (number > applied) {
        replay.accept(number, payload);
      }
    }
  }

  private void checkEnd(WalFile last, long expected) throws IOException {
    String intact = "its intact records end at number " + (next - 1) + ", at byte " + position;
    if (next <= expected) {
      throw Corruption.of(
          last.path(), intact + "; everything up to number " + expected + " had been synced");
    }
    WalReader reader = new WalReader(last);
    long later = reader.findLater(position, next);
    if (later >= 0) {
      throw Corruption.of(last.path(), intact + ", but a later one begins at byte " + later);
    }
    if (reader.find(position, next) == WalReader.Found.HEADER) {
      LOG.warn(
          "node={} drops a torn last write, which was never reported as durable file={} record={}",
          node,
          last.path(),
          next);
    }
  }
}
