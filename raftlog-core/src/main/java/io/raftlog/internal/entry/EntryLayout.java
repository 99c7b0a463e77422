package io.raftlog.internal.entry;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The byte layout of an entry, format version 1. All numbers are big-endian.
 *
 * <pre>
 *  0  u16  magic 0x524C ("RL")
 *  2  u8   format version
 *  3  u8   kind
 *  4  u32  CRC32C of bytes 0 to 3 and 8 to the end
 *  8  u32  length in bytes, this header included
 * 12  u32  record count
 * 16  u64  index
 * 24  u64  term
 * 32  u64  first offset: of the first record, or for a control entry, of the next record
 * 40  u64  timestamp: the leader's wall clock in milliseconds since 1970, never decreasing
 * 48  u64  log time: nanoseconds of steady clock under leaders
 * 56       body
 * </pre>
 *
 * The body of a records entry is a sequence of runs. A run is consecutive records of one producer
 * with consecutive sequences:
 *
 * <pre>
 *  0  u32  length in bytes, from here to the end of the run
 *  4  u32  record count, at least 1
 *  8  u64  sequence of the first record
 * 16  u64  registration under which it was appended, 0 for none
 * 24  u8   kind of run: 0
 * 25  u8   length of the producer id
 * 26       producer id, UTF-8
 *          records
 * </pre>
 *
 * A control run ({@link ControlRun}) has a record count of 0. A registration is known by the index
 * of the entry that holds it, and so is a subscription's generation, by the claim's:
 *
 * <pre>
 * kind               8  u64                        16  u64     behind the name
 *  1  registration   registration that it replaces nonce
 *  2  claim          generation that it replaces   nonce       u64 position of a new subscription
 *  3  position       position                      generation
 *  4  removal        0                             generation
 * </pre>
 *
 * A record is
 *
 * <pre>
 *  0  u32  length of the body
 *  4  u32  CRC32C of the body
 *  8  u8   attributes; bit 0: appended atomically together with the record before it; bit 1: the
 *          body has key and headers
 *  9       body: the payload, or
 *          u32 length of the key, 2^32 - 1 for none, key, u8 number of headers, for each of them u8
 *          length of the name, name, u32 length of the value, value; and then the payload
 * </pre>
 */
public final class EntryLayout {
  /** Bytes before the body. */
  public static final int HEADER_BYTES = 56;

  /** The longest producer id, in bytes of UTF-8. */
  public static final int MAX_PRODUCER_ID_BYTES = 255;

  static final short MAGIC = 0x524C;
  static final byte VERSION = 1;

  static final int KIND = 3;
  static final int CRC = 4;
  static final int LENGTH = 8;
  static final int RECORD_COUNT = 12;
  static final int INDEX = 16;
  static final int TERM = 24;
  static final int FIRST_OFFSET = 32;
  static final int TIMESTAMP = 40;
  static final int LOG_TIME = 48;

  static final int RUN_COUNT = 4;
  static final int RUN_SEQUENCE = 8;
  static final int RUN_REGISTRATION = 16;
  static final int RUN_KIND = 24;
  static final int RUN_ID_LENGTH = 25;
  static final int RUN_ID = 26;

  static final int RECORD_CRC = 4;
  static final int RECORD_ATTRIBUTES = 8;

  /** Bytes of a record before its body. */
  public static final int RECORD_HEADER_BYTES = 9;

  /** Record attribute: appended atomically together with the record before it. */
  static final byte CONTINUES_LIST = 1;

  /** Record attribute: the body has key and headers. */
  static final byte STRUCTURED = 2;

  private EntryLayout() {}

  /**
   * Writes the header into the first {@link #HEADER_BYTES} of an entry whose body is there already.
   *
   * @param entry position 0 to its limit is the entry; its position is not changed
   * @param header what to write; its length must be the buffer's
   */
  public static void putHeader(ByteBuffer entry, EntryHeader header) {
    if (header.length() != entry.limit()) {
      throw new IllegalArgumentException(
          "header says " + header.length() + " bytes, the entry has " + entry.limit());
    }
    entry.putShort(0, MAGIC);
    entry.put(2, VERSION);
    entry.put(KIND, header.kind().code());
    entry.putInt(LENGTH, header.length());
    entry.putInt(RECORD_COUNT, header.recordCount());
    entry.putLong(INDEX, header.index());
    entry.putLong(TERM, header.term());
    entry.putLong(FIRST_OFFSET, header.firstOffset());
    entry.putLong(TIMESTAMP, header.timestamp());
    entry.putLong(LOG_TIME, header.logTimeNanos());
    entry.putInt(CRC, crc(entry, 0, header.length()));
  }

  /**
   * Reads and checks one entry: magic, version, length and CRC.
   *
   * @param buffer holds the entry from its position on; the position is not changed
   * @return the header
   * @throws MalformedEntryException when the bytes are not a whole, intact entry
   */
  public static EntryHeader header(ByteBuffer buffer) {
    int at = buffer.position();
    if (buffer.remaining() < HEADER_BYTES) {
      throw new MalformedEntryException(
          "an entry's header has " + HEADER_BYTES + " bytes, found " + buffer.remaining());
    }
    if (buffer.getShort(at) != MAGIC) {
      throw new MalformedEntryException(
          "an entry begins with 0x524c, found 0x"
              + Integer.toHexString(buffer.getShort(at) & 0xffff));
    }
    if (buffer.get(at + 2) != VERSION) {
      throw new MalformedEntryException(
          "entry format version " + buffer.get(at + 2) + ", this version reads " + VERSION);
    }
    int length = buffer.getInt(at + LENGTH);
    if (length < HEADER_BYTES || length > buffer.remaining()) {
      throw new MalformedEntryException(
          "entry length " + length + ", but " + buffer.remaining() + " bytes are there");
    }
    int expected = buffer.getInt(at + CRC);
    int actual = crc(buffer, at, length);
    if (expected != actual) {
      throw new MalformedEntryException(
          "entry CRC32C 0x"
              + Integer.toHexString(actual)
              + ", stored 0x"
              + Integer.toHexString(expected));
    }
    return new EntryHeader(
        EntryKind.ofCode(buffer.get(at + KIND)),
        length,
        buffer.getInt(at + RECORD_COUNT),
        buffer.getLong(at + INDEX),
        buffer.getLong(at + TERM),
        buffer.getLong(at + FIRST_OFFSET),
        buffer.getLong(at + TIMESTAMP),
        buffer.getLong(at + LOG_TIME));
  }

  private static int crc(ByteBuffer buffer, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().limit(at + CRC).position(at));
    crc.update(buffer.duplicate().limit(at + length).position(at + LENGTH));
    return (int) crc.getValue();
  }
}
