package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file in the format of RocksDB's manifest. Owned by the thread that opens the storage.
 *
 * <p>The format: blocks of 32 KiB; in them physical records, each a masked CRC32C u32 of type and
 * payload, a payload length u16, a type u8 and the payload, all little-endian. No record crosses a
 * block; a block's last bytes, too few for a header, are padding. What was written as one is one
 * FULL record (1), or a FIRST (2), any number of MIDDLE (3) and a LAST one (4).
 */
final class RecordFile implements AutoCloseable {
  static final int BLOCK_BYTES = 32 << 10;
  static final int HEADER_BYTES = 7;

  private static final int FULL = 1;
  private static final int LAST = 4;

  private static final int CRC_MASK_DELTA = 0xa282ead8;

  /**
   * What is wrong with a file.
   *
   * @param what in words
   * @param position where, in bytes
   * @param isCutOff whether the file ends within a record: a crash, or a damaged length
   */
  record Flaw(String what, long position, boolean isCutOff) {
    @Override
    public String toString() {
      return what + " at byte " + position;
    }
  }

  private final FileChannel channel;
  private final long fileBytes;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  RecordFile(Path file) throws IOException {
    this.fileBytes = Files.size(file); // first, so that nothing stays open when it fails
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  /** The block that was loaded last. */
  ByteBuffer block() {
    return block;
  }

  /** Loads the block that begins at a position in the file. */
  void load(long start) throws IOException {
    block.clear();
    while (block.hasRemaining()) {
      if (channel.read(block, start + block.position()) < 0) {
        break;
      }
    }
    block.flip();
  }

  int length(int position) {
    return Short.toUnsignedInt(block.getShort(position + 4));
  }

  int type(int position) {
    return block.get(position + 6);
  }

  /**
   * Reads from the beginning to the end, or to the first flaw.
   *
   * @return what is wrong and where, or null when nothing is
   */
  @Nullable Flaw scan() throws IOException {
    for (long start = 0; start < fileBytes; start += BLOCK_BYTES) {
      load(start);
      int position = 0;
      while (block.limit() - position >= HEADER_BYTES) {
        Flaw flaw = flawAt(start, position);
        if (flaw != null) {
          return flaw;
        }
        position += HEADER_BYTES + length(position);
      }
      if (position < block.limit() && block.limit() < BLOCK_BYTES) {
        return new Flaw("a record header is cut off", start + position, true);
      }
    }
    return null;
  }

  private @Nullable Flaw flawAt(long start, int position) {
    if (position + HEADER_BYTES + length(position) > block.limit()) {
      return block.limit() < BLOCK_BYTES
          ? new Flaw("a record is cut off", start + position, true)
          : new Flaw("a record reaches beyond its block", start + position, false);
    }
    if (!isIntact(position)) {
      return new Flaw("a record's checksum is wrong", start + position, false);
    }
    if (!isKnown(type(position))) {
      String what = "a record has the unknown type " + type(position);
      return new Flaw(what, start + position, false);
    }
    return null;
  }

  /** Whether a record of this type can be part of what was written. */
  static boolean isKnown(int type) {
    return type >= FULL && type <= LAST;
  }

  /** Whether there is an intact record at a position in the block. */
  boolean isIntact(int position) {
    if (position + HEADER_BYTES + length(position) > block.limit()) {
      return false;
    }
    int masked = block.getInt(position) - CRC_MASK_DELTA;
    crc.reset();
    crc.update(block.array(), position + 6, 1 + length(position));
    return Integer.rotateRight(masked, 17) == (int) crc.getValue();
  }

  /** Whether no block follows the one that a position in the file is in. */
  boolean isInLastBlock(long position) {
    return position - position % BLOCK_BYTES + BLOCK_BYTES >= fileBytes;
  }

  /** Whether there is a whole record header at a position in the file, of nothing but zeros. */
  boolean hasZeroHeader(long position) throws IOException {
    load(position - position % BLOCK_BYTES);
    int header = (int) (position % BLOCK_BYTES);
    if (header + HEADER_BYTES > block.limit()) {
      return false;
    }
    for (int i = header; i < header + HEADER_BYTES; i++) {
      if (block.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether there is nothing but zeros from a position in the file on. */
  boolean isZeroFrom(long position) throws IOException {
    for (long start = position - position % BLOCK_BYTES; start < fileBytes; start += BLOCK_BYTES) {
      load(start);
      for (int i = (int) Math.max(0, position - start); i < block.limit(); i++) {
        if (block.get(i) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
