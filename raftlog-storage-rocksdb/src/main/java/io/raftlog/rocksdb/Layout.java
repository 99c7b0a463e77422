package io.raftlog.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The keys and values in RocksDB, version {@value #VERSION}. Stateless.
 *
 * <p>All numbers are big-endian and unsigned, so that the order of the keys is the order of the
 * numbers. A log is known by its log number, from 1; number 0 is the node itself.
 *
 * <pre>{@code
 * column family  key                                          value
 * entries        log number u32, index u64                    the entry's bytes
 * offsets        log number u32, first offset u64             index u64, record count u32
 * default        0 u32, VERSION u8                            layout version u32
 * default        0 u32, INCARNATION u8                        the node's incarnation, 16 bytes
 * default        0 u32, OPENED u8                             how often the node was opened, u64
 * default        0 u32, APPLIED u8                            last record of the WAL, number u64
 * default        0 u32, LOG u8, log id (ASCII, 1 to 64)       log number u32
 * default        log number u32, HARD_STATE u8                the hard state's bytes
 * default        log number u32, CHECKPOINT u8                the checkpoint's bytes
 * default        log number u32, FIRST_INDEX u8               index u64; absent until the first trim
 * default        log number u32, TERM_START u8, index u64     term u64
 * }</pre>
 *
 * Only entries with records are in {@code offsets}. The last index is that of the last key of the
 * log in {@code entries}, or the first index less one. A term start may lie before the first index:
 * the last such one is the term of the first entry.
 */
final class Layout {
  /** The version of everything on this page. */
  static final int VERSION = 1;

  /**
   * The column families, in the order of their codes in the records of the write-ahead log, from 0;
   * the first is RocksDB's default one.
   */
  static final List<String> FAMILIES = List.of("default", "entries", "offsets");

  /** The log number of what belongs to the node rather than to a log. */
  static final int NODE = 0;

  /** How long the keys of {@code entries} and {@code offsets} are, in bytes. */
  static final int KEY_BYTES = 12;

  /** How long the values of {@code offsets} are, in bytes. */
  static final int EXTENT_BYTES = 12;

  static final byte KIND_VERSION = 1;
  static final byte KIND_INCARNATION = 2;
  static final byte KIND_OPENED = 3;
  static final byte KIND_APPLIED = 4;
  static final byte KIND_LOG = 5;
  static final byte KIND_HARD_STATE = 6;
  static final byte KIND_CHECKPOINT = 7;
  static final byte KIND_FIRST_INDEX = 8;
  static final byte KIND_TERM_START = 9;

  private static final int KIND_KEY_BYTES = 5;

  private Layout() {}

  /** A key of {@code entries} (number is the index) or {@code offsets} (the first offset). */
  static byte[] key(int logNumber, long number) {
    return ByteBuffer.allocate(KEY_BYTES).putInt(logNumber).putLong(number).array();
  }

  static int logNumberOf(byte[] key) {
    return ByteBuffer.wrap(key).getInt();
  }

  /** The index or first offset of a key of {@code entries} or {@code offsets}. */
  static long numberOf(byte[] key) {
    return ByteBuffer.wrap(key).getLong(4);
  }

  static byte[] metadataKey(int logNumber, byte kind) {
    return ByteBuffer.allocate(KIND_KEY_BYTES).putInt(logNumber).put(kind).array();
  }

  static byte[] logKey(String logId) {
    byte[] id = logId.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(KIND_KEY_BYTES + id.length)
        .putInt(NODE)
        .put(KIND_LOG)
        .put(id)
        .array();
  }

  static byte[] termStartKey(int logNumber, long index) {
    return ByteBuffer.allocate(KIND_KEY_BYTES + 8)
        .putInt(logNumber)
        .put(KIND_TERM_START)
        .putLong(index)
        .array();
  }

  static long indexOfTermStart(byte[] key) {
    return ByteBuffer.wrap(key).getLong(KIND_KEY_BYTES);
  }

  /** Whether a metadata key belongs to this log and kind. */
  static boolean isOf(byte[] key, int logNumber, byte kind) {
    return key.length >= KIND_KEY_BYTES && logNumberOf(key) == logNumber && key[4] == kind;
  }

  static byte[] u32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static int u32(byte[] value) {
    return ByteBuffer.wrap(value).getInt();
  }

  static long u64(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
