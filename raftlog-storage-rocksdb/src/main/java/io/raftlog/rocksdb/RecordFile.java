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
 * A file in the format of RocksDB's manifest, which is that of its write-ahead log too. Owned by
 * the thread that opens the storage.
 *
 * <p>The format: blocks of 32 KiB; in them physical records, each a masked CRC32C u32 of type and
 * payload, a payload length u16, a type u8 and the payload, all little-endian. No record crosses a
 * block; a block's last bytes, too few for a header, are padding. What was written as one is one
 * FULL record (1), or a FIRST (2), any number of MIDDLE (3) and a LAST one (4).
 */
final class RecordFile implements AutoCloseable {
  static final int BLOCK_BYTES = 32 << 10;
  static final int HEADER_BYTES = 7;

  static final int FULL = 1;
  static final int LAST = 4;

  private static final int CRC_MASK_DELTA = 0xa282ead8;

  /** Is shown each intact record. */
  interface Visitor {
    /**
     * Looks at a record.
     *
     * @param position where its header is in the block
     * @return what is wrong with its being there, or null
     */
    @Nullable String accept(int position);
  }

  /**
   * What is wrong with a file.
   *
   * @param what in words
   * @param position where, in bytes
   * @param kind what kind of flaw it is
   */
  record Flaw(String what, long position, Kind kind) {
    /** What may have caused it. */
    enum Kind {
      /** The file ends within a record: a crash, or a damaged length. */
      CUT_OFF,
      /**
       * Bytes are not those that were written: damage, or a crash after which pages are missing.
       */
      DAMAGED,
      /** The bytes are right, but in the wrong place: no crash does that. */
      CONTRADICTION
    }

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
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.fileBytes = channel.size();
  }

  long fileBytes() {
    return fileBytes;
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
  @Nullable Flaw scan(Visitor visitor) throws IOException {
    for (long start = 0; start < fileBytes; start += BLOCK_BYTES) {
      load(start);
      int position = 0;
      while (block.limit() - position >= HEADER_BYTES) {
        Flaw flaw = flawAt(start, position);
        if (flaw != null) {
          return flaw;
        }
        int end = position + HEADER_BYTES + length(position);
        String contradiction = visitor.accept(position);
        if (contradiction != null) {
          return new Flaw(contradiction, start + position, Flaw.Kind.CONTRADICTION);
        }
        position = end;
      }
      if (position < block.limit() && block.limit() < BLOCK_BYTES) {
        return new Flaw("a record header is cut off", start + position, Flaw.Kind.CUT_OFF);
      }
    }
    return null;
  }

  private @Nullable Flaw flawAt(long start, int position) {
    if (position + HEADER_BYTES + length(position) > block.limit()) {
      return block.limit() < BLOCK_BYTES
          ? new Flaw("a record is cut off", start + position, Flaw.Kind.CUT_OFF)
          : new Flaw("a record reaches beyond its block", start + position, Flaw.Kind.DAMAGED);
    }
    if (!isIntact(position)) {
      return new Flaw("a record's checksum is wrong", start + position, Flaw.Kind.DAMAGED);
    }
    return null;
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
