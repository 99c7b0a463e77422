package io.raftlog.rocksdb;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How a file of the write-ahead log begins: magic u64, the node's incarnation, file number u64,
 * first record's number u64, CRC32C u32 of these, big-endian.
 *
 * @param incarnation whose file it is
 * @param fileNumber the file's number, from 1; a file that is used again gets the next one
 * @param firstRecord the number of its first record, whether that is there or not
 */
record WalHeader(UUID incarnation, long fileNumber, long firstRecord) {
  /** How long it is; less than a sector, so that a crash leaves the old one or the new one. */
  static final int BYTES = 44;

  private static final long MAGIC = 0x5241_4654_5741_4C31L; // "RAFTWAL1"

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(MAGIC);
    bytes.putLong(incarnation.getMostSignificantBits());
    bytes.putLong(incarnation.getLeastSignificantBits());
    bytes.putLong(fileNumber).putLong(firstRecord);
    return bytes.putInt(crc(bytes)).flip();
  }

  /** The header that the bytes are, or null when they are none. */
  static @Nullable WalHeader decode(ByteBuffer bytes) {
    if (bytes.remaining() != BYTES || bytes.getLong(0) != MAGIC) {
      return null;
    }
    if (bytes.getInt(BYTES - 4) != crc(bytes)) {
      return null;
    }
    UUID incarnation = new UUID(bytes.getLong(8), bytes.getLong(16));
    return new WalHeader(incarnation, bytes.getLong(24), bytes.getLong(32));
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), bytes.arrayOffset(), BYTES - 4);
    return (int) crc.getValue();
  }
}
