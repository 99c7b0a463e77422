package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the records of one file, into direct memory, out of which RocksDB takes them. Owned by the
 * thread that opens the storage.
 */
final class WalReader {
  /** So much is read at once. */
  private static final int WINDOW_BYTES = 1 << 20;

  private final WalFile file;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES).limit(0);
  private long windowStart;

  WalReader(WalFile file) {
    this.file = file;
  }

  /** What is where a record might begin. */
  enum Found {
    /** An intact record. */
    RECORD,
    /** The intact header of one whose payload is damaged or torn. */
    HEADER,
    /** Neither. */
    NOTHING
  }

  /**
   * Looks for a record with a number. After {@link Found#RECORD}, {@link #payload} has it.
   *
   * @param position where it would begin
   * @param number its number
   */
  Found find(long position, long number) throws IOException {
    if (!isHeader(position, number, number)) {
      return Found.NOTHING;
    }
    int length = length(position);
    load(position, WalFile.RECORD_HEADER_BYTES + length);
    crc.reset();
    crc.update(payload(position));
    return window.getInt(at(position) + 12) == (int) crc.getValue() ? Found.RECORD : Found.HEADER;
  }

  /** The payload of the record that begins there; until something else is read. */
  ByteBuffer payload(long position) {
    return window.slice(at(position) + WalFile.RECORD_HEADER_BYTES, length(position));
  }

  /**
   * Looks for the header of any record with a higher number, from a position on. If there is one,
   * the record before it had been synced when it was written. Only numbers are believed for which
   * there is room: so many old bytes may be looked at that a checksum is right by chance.
   *
   * @return where it is, or -1 when there is none
   */
  long findLater(long from, long number) throws IOException {
    for (long at = from; at < file.bytes(); at = WalFile.nextPlace(at)) {
      long fitting = (at - from) / WalFile.RECORD_HEADER_BYTES;
      if (isHeader(at, number + 1, number + fitting)) {
        return at;
      }
    }
    return -1;
  }

  private boolean isHeader(long position, long from, long to) throws IOException {
    if (position + WalFile.RECORD_HEADER_BYTES > file.bytes()) {
      return false;
    }
    load(position, WalFile.RECORD_HEADER_BYTES);
    int at = at(position);
    long number = window.getLong(at);
    int length = length(position);
    return number >= from
        && number <= to
        && length > 0
        && length <= file.bytes() - position - WalFile.RECORD_HEADER_BYTES
        && file.seal(position, number, length, window.getInt(at + 12)) == window.getInt(at + 16);
  }

  private int length(long position) {
    return window.getInt(at(position) + 8);
  }

  private int at(long position) {
    return (int) (position - windowStart);
  }

  /** Makes the window hold so many bytes from a position on, none of them behind the file's end. */
  private void load(long position, int bytes) throws IOException {
    if (position >= windowStart && position + bytes <= windowStart + window.limit()) {
      return;
    }
    if (window.capacity() < bytes) {
      window = ByteBuffer.allocateDirect(bytes);
    }
    window.clear();
    windowStart = position;
    file.read(window, position);
    window.flip();
    if (window.limit() < bytes) {
      throw new IOException(file.path() + " became shorter while it was read");
    }
  }
}
