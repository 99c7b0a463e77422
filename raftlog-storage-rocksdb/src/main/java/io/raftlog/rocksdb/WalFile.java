package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file of RocksDB's write-ahead log, to find out where it stops being intact. Owned by
 * the thread that opens the storage.
 *
 * <p>The format: blocks of 32 KiB; in them physical records, each a masked CRC32C u32 of type and
 * payload, a payload length u16, a type u8 and the payload, all little-endian. No record crosses a
 * block; a block's last bytes, too few for a header, are padding. A batch is one FULL record, or a
 * FIRST, any number of MIDDLE and a LAST one. It begins with its sequence number u64 and the count
 * u32 of its operations, each of which has a sequence number of its own.
 */
final class WalFile implements AutoCloseable {
  static final int BLOCK_BYTES = 32 << 10;
  static final int HEADER_BYTES = 7;

  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  private static final int BATCH_HEADER_BYTES = 12;
  private static final int CRC_MASK_DELTA = 0xa282ead8;

  /** How far a sequence number may be ahead to be believed, when nothing else speaks for it. */
  private static final long PLAUSIBLE_DISTANCE = 1L << 32;

  /**
   * What is wrong with a file.
   *
   * @param what in words
   * @param position where, in bytes
   * @param perhapsTorn whether a write that a crash interrupted can look like that; what has the
   *     right checksum and is in the wrong place cannot
   */
  record Flaw(String what, long position, boolean perhapsTorn) {
    @Override
    public String toString() {
      return what + " at byte " + position;
    }
  }

  private final FileChannel channel;
  private final long fileBytes;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer batchHeader =
      ByteBuffer.allocate(BATCH_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();

  private long lastSequence;
  private long intactBytes;
  private long batches;
  private boolean inBatch;

  /**
   * Opens a file.
   *
   * @param lastSequence the last sequence number of the file before, or 0 when it is not known
   */
  WalFile(Path file, long lastSequence) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.fileBytes = channel.size();
    this.lastSequence = lastSequence;
  }

  /** The last sequence number that was found, or that of the file before, or 0. */
  long lastSequence() {
    return lastSequence;
  }

  /** How many bytes there are up to the end of the last intact batch. */
  long intactBytes() {
    return intactBytes;
  }

  /** How many intact batches were found. */
  long batches() {
    return batches;
  }

  /** How many bytes there are. */
  long fileBytes() {
    return fileBytes;
  }

  /**
   * Reads from the beginning to the end, or to the first flaw.
   *
   * @return what is wrong and where, or null when the file is intact
   */
  @Nullable Flaw findFlaw() throws IOException {
    for (long start = 0; start < fileBytes; start += BLOCK_BYTES) {
      load(start);
      int position = 0;
      while (block.limit() - position >= HEADER_BYTES) {
        String damage = recordDamage(position);
        if (damage != null) {
          return new Flaw(damage, start + position, true);
        }
        int end = position + HEADER_BYTES + length(position);
        String contradiction = acceptRecord(position, start + end);
        if (contradiction != null) {
          return new Flaw(contradiction, start + position, false);
        }
        position = end;
      }
      if (position < block.limit() && block.limit() < BLOCK_BYTES) {
        return new Flaw("a record header is cut off", start + position, true);
      }
    }
    return inBatch ? new Flaw("the last batch is cut off", fileBytes, true) : null;
  }

  private void load(long start) throws IOException {
    block.clear();
    while (block.hasRemaining()) {
      if (channel.read(block, start + block.position()) < 0) {
        break;
      }
    }
    block.flip();
  }

  private int length(int position) {
    return Short.toUnsignedInt(block.getShort(position + 4));
  }

  private int type(int position) {
    return block.get(position + 6);
  }

  /** What is wrong with the physical record at a position in the block, or null. */
  private @Nullable String recordDamage(int position) {
    if (position + HEADER_BYTES + length(position) > block.limit()) {
      return "a record reaches beyond its block or the end of the file";
    }
    if (!crcMatches(position)) {
      return "a record's checksum does not match";
    }
    return null;
  }

  private boolean crcMatches(int position) {
    int masked = block.getInt(position) - CRC_MASK_DELTA;
    crc.reset();
    crc.update(block.array(), position + 6, 1 + length(position));
    return Integer.rotateRight(masked, 17) == (int) crc.getValue();
  }

  /** Follows a physical record that is intact; returns what is wrong with its place, or null. */
  private @Nullable String acceptRecord(int position, long end) {
    int type = type(position);
    boolean begins = type == FULL || type == FIRST;
    boolean ends = type == FULL || type == LAST;
    if (!begins && !ends && type != MIDDLE) {
      return "a record has the unknown type " + type;
    }
    if (begins == inBatch) {
      return inBatch ? "a batch begins inside another" : "the beginning of a batch is missing";
    }
    if (begins) {
      batchHeader.clear();
    }
    int wanted = Math.min(batchHeader.remaining(), length(position));
    batchHeader.put(block.array(), position + HEADER_BYTES, wanted);
    inBatch = !ends;
    return ends ? acceptBatch(end) : null;
  }

  private @Nullable String acceptBatch(long end) {
    if (batchHeader.hasRemaining()) {
      return "a batch is too short";
    }
    long sequence = batchHeader.getLong(0);
    if (lastSequence != 0 && sequence != lastSequence + 1) {
      return "sequence number " + sequence + " follows " + lastSequence;
    }
    lastSequence = sequence + Integer.toUnsignedLong(batchHeader.getInt(8)) - 1;
    intactBytes = end;
    batches++;
    return null;
  }

  /**
   * Looks behind a flaw for a batch that was written after the flawed one. If there is one, the
   * flawed batch had been synced before it was written, and so was promised to be durable.
   *
   * <p>Lengths cannot be trusted behind a flaw, so every byte is tried as a record's beginning. A
   * payload that holds bytes of a write-ahead log is not taken for it unless its sequence number
   * fits as well; and the flawed batch's own first record, by its number, or by being the first of
   * all when no number is known, does not begin a later batch.
   *
   * @return where the later batch begins, or -1 when there is none
   */
  long findLaterBatch() throws IOException {
    long firstBlock = intactBytes - intactBytes % BLOCK_BYTES;
    for (long start = firstBlock; start < fileBytes; start += BLOCK_BYTES) {
      load(start);
      int position = (int) Math.max(0, intactBytes - start);
      int last = block.limit() - HEADER_BYTES - BATCH_HEADER_BYTES;
      for (; position <= last; position++) {
        if (beginsLaterBatch(start, position)) {
          return start + position;
        }
      }
    }
    return -1;
  }

  private boolean beginsLaterBatch(long start, int position) {
    int type = type(position);
    if ((type != FULL && type != FIRST) || length(position) < BATCH_HEADER_BYTES) {
      return false;
    }
    long sequence = block.getLong(position + HEADER_BYTES);
    boolean later =
        lastSequence == 0
            ? sequence > 0 && start + position > 0
            : sequence > lastSequence + 1 && sequence < lastSequence + PLAUSIBLE_DISTANCE;
    return later && recordDamage(position) == null;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
