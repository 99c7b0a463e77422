package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code durable}: up to which record of the write-ahead log everything was synced. Owned
 * by the writer thread, and before that by the thread that opens the storage.
 *
 * <p>It is what tells a torn last write, which nobody was promised, from a last write that was
 * reported as durable and has been damaged since. The mark is written after each sync of the
 * write-ahead log, but is not synced itself, so it costs a system call per batch and no disk
 * access:
 *
 * <ul>
 *   <li>It never says more than is true, whatever part of it a power failure keeps, because it is
 *       written only when the sync has returned.
 *   <li>After the death of the process alone it is exact: the operating system has it.
 *   <li>After a power failure it may be old. Under load that does not matter, since the next batch
 *       in the log proves the one before; an idle storage syncs the mark ({@link #sync}). What
 *       remains are the last batches of less than about one second, if their bytes are damaged by
 *       the same power failure that they were promised to survive.
 * </ul>
 *
 * <p>Two slots are written in turn, each in a sector of its own: magic u64, slot counter u64,
 * record number u64, CRC32C u32 of these, big-endian. The one with the greater counter counts.
 */
final class DurableMark implements AutoCloseable {
  private static final long MAGIC = 0x5241_4654_4D41_524BL; // "RAFTMARK"
  private static final int SLOT_BYTES = 28;
  private static final int SLOT_DISTANCE = 4096;

  private final FileChannel file;
  private final ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
  private final CRC32C crc = new CRC32C();
  private long counter;
  private long record;
  private boolean dirty;

  private DurableMark(FileChannel file, long counter, long record) {
    this.file = file;
    this.counter = counter;
    this.record = record;
  }

  /** Makes a new mark that promises nothing, and syncs it. */
  static void format(Path path) throws IOException {
    Files.deleteIfExists(path);
    try (FileChannel file =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        DurableMark mark = new DurableMark(file, 0, 0)) {
      mark.advanceTo(0);
      mark.advanceTo(0);
      mark.sync();
    }
  }

  /**
   * Opens the mark.
   *
   * @return the mark, or null when it is missing or neither slot is intact
   */
  static @Nullable DurableMark open(Path path) throws IOException {
    FileChannel file;
    try {
      file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      DurableMark mark = new DurableMark(file, -1, 0);
      mark.load(0);
      mark.load(SLOT_DISTANCE);
      if (mark.counter >= 0) {
        return mark;
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    file.close();
    return null;
  }

  private void load(long position) throws IOException {
    slot.clear();
    while (slot.hasRemaining()) {
      if (file.read(slot, position + slot.position()) < 0) {
        return;
      }
    }
    boolean intact = slot.getLong(0) == MAGIC && slot.getInt(SLOT_BYTES - 4) == crcOfSlot();
    if (intact && slot.getLong(8) > counter) {
      counter = slot.getLong(8);
      record = slot.getLong(16);
    }
  }

  /** The number of the record up to which everything was synced. */
  long record() {
    return record;
  }

  /** Whether {@link #sync} has something to do. */
  boolean isDirty() {
    return dirty;
  }

  /** Says that everything up to a record is synced; the caller has seen that it is. */
  void advanceTo(long number) throws IOException {
    counter++;
    record = number;
    dirty = true;
    slot.putLong(0, MAGIC).putLong(8, counter).putLong(16, record);
    slot.putInt(SLOT_BYTES - 4, crcOfSlot());
    slot.clear();
    long position = (counter & 1) * SLOT_DISTANCE;
    while (slot.hasRemaining()) {
      file.write(slot, position + slot.position());
    }
  }

  private int crcOfSlot() {
    crc.reset();
    crc.update(slot.array(), 0, SLOT_BYTES - 4);
    return (int) crc.getValue();
  }

  /** Syncs what was said last. */
  void sync() throws IOException {
    if (dirty) {
      file.force(true);
      dirty = false;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
