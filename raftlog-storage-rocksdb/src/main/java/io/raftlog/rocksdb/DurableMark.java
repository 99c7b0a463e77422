package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code durable}: up to which RocksDB sequence number everything was synced. Owned by the
 * writer thread, and before that by the thread that opens the storage.
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
 * sequence number u64, CRC32C u32 of these, big-endian. The one with the greater counter counts.
 */
final class DurableMark implements AutoCloseable {
  private static final long MAGIC = 0x5241_4654_4D41_524BL; // "RAFTMARK"
  private static final int SLOT_BYTES = 28;
  private static final int SLOT_DISTANCE = 4096;

  private final FileChannel channel;
  private final ByteBuffer slot = ByteBuffer.allocateDirect(SLOT_BYTES);
  private final CRC32C crc = new CRC32C();
  private long counter;
  private long sequence;
  private boolean dirty;

  private DurableMark(FileChannel channel, long counter, long sequence) {
    this.channel = channel;
    this.counter = counter;
    this.sequence = sequence;
  }

  /** Makes a new mark that promises nothing, and syncs it. */
  static void format(Path file) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        DurableMark mark = new DurableMark(channel, 0, 0)) {
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
  static @Nullable DurableMark open(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      DurableMark mark = new DurableMark(channel, -1, 0);
      mark.load(0);
      mark.load(SLOT_DISTANCE);
      if (mark.counter >= 0) {
        return mark;
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  private void load(long position) throws IOException {
    slot.clear();
    while (slot.hasRemaining()) {
      if (channel.read(slot, position + slot.position()) < 0) {
        return;
      }
    }
    slot.flip();
    boolean intact = slot.getLong(0) == MAGIC && slot.getInt(SLOT_BYTES - 4) == crcOfSlot();
    if (intact && slot.getLong(8) > counter) {
      counter = slot.getLong(8);
      sequence = slot.getLong(16);
    }
  }

  /** The sequence number up to which everything was synced. */
  long sequence() {
    return sequence;
  }

  /** Whether {@link #sync} has something to do. */
  boolean isDirty() {
    return dirty;
  }

  /** Says that everything up to a sequence number is synced; the caller has seen that it is. */
  void advanceTo(long newSequence) throws IOException {
    counter++;
    sequence = newSequence;
    dirty = true;
    slot.clear();
    slot.putLong(MAGIC).putLong(counter).putLong(sequence);
    slot.putInt(crcOfSlot()).flip();
    long position = (counter & 1) * SLOT_DISTANCE;
    while (slot.hasRemaining()) {
      channel.write(slot, position + slot.position());
    }
  }

  private int crcOfSlot() {
    crc.reset();
    crc.update(slot.duplicate().position(0).limit(SLOT_BYTES - 4));
    return (int) crc.getValue();
  }

  /** Syncs what was said last. */
  void sync() throws IOException {
    if (dirty) {
      channel.force(false);
      dirty = false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
