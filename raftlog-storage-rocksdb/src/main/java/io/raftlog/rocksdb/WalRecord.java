package io.raftlog.rocksdb;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The payload of a record of the write-ahead log while it is made: the operations of one batch.
 * Owned by the writer thread, which fills, writes and clears it again and again. Its memory is kept
 * up to a limit: direct memory that is thrown away comes back with a garbage collection only.
 *
 * <p>An operation, big-endian: kind u8, family u8, key length u16, value length u32, key, value.
 * The value of a range that is deleted is the key where it ends, exclusive.
 */
final class WalRecord {
  static final byte PUT = 1;
  static final byte DELETE = 2;
  static final byte DELETE_RANGE = 3;

  /** How long an operation is without key and value, in bytes. */
  static final int OPERATION_BYTES = 8;

  /** Direct memory is taken in pieces of this size, but for the first. */
  private static final int CHUNK_BYTES = 1 << 20;

  /**
   * How many pieces are kept: 32 MiB, twice what a batch has before its last task. A batch with a
   * large checkpoint has more, and is rare.
   */
  private static final int KEPT_CHUNKS = 32;

  /** All that a node needs which writes little. */
  private static final int FIRST_CHUNK_BYTES = 64 << 10;

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private int current;
  private int length;

  WalRecord() {
    chunks.add(ByteBuffer.allocateDirect(FIRST_CHUNK_BYTES));
  }

  /** How many bytes it has. */
  int length() {
    return length;
  }

  /**
   * Adds an operation.
   *
   * @return the value as it is in the record, in direct memory, until the record is cleared; or
   *     null when it did not fit into one piece
   */
  @Nullable ByteBuffer add(byte kind, byte family, ByteBuffer key, ByteBuffer value) {
    int head = OPERATION_BYTES + key.remaining();
    length = Math.addExact(length, Math.addExact(head, value.remaining()));
    ByteBuffer chunk = room(head);
    chunk.put(kind).put(family).putShort((short) key.remaining()).putInt(value.remaining());
    chunk.put(key.duplicate());
    if (value.remaining() <= chunk.remaining()) {
      int at = chunk.position();
      chunk.put(value.duplicate());
      return chunk.slice(at, value.remaining());
    }
    for (int done = 0; done < value.remaining(); ) {
      ByteBuffer target = room(1);
      int part = Math.min(target.remaining(), value.remaining() - done);
      target.put(value.slice(value.position() + done, part));
      done += part;
    }
    return null;
  }

  /** The current piece, or the next one when there are not so many bytes left in it. */
  private ByteBuffer room(int bytes) {
    if (chunks.get(current).remaining() < bytes) {
      current++;
      if (current == chunks.size()) {
        chunks.add(ByteBuffer.allocateDirect(CHUNK_BYTES));
      }
    }
    return chunks.get(current);
  }

  /** The bytes, in order; nothing may be added any more until the record is cleared. */
  List<ByteBuffer> payload() {
    List<ByteBuffer> payload = new ArrayList<>(current + 1);
    for (ByteBuffer chunk : chunks.subList(0, current + 1)) {
      payload.add(chunk.duplicate().flip());
    }
    return payload;
  }

  /** Empties it for the next use. */
  void clear() {
    if (chunks.size() > KEPT_CHUNKS) {
      chunks.subList(KEPT_CHUNKS, chunks.size()).clear();
    }
    chunks.forEach(ByteBuffer::clear);
    current = 0;
    length = 0;
  }

  /** Is shown what a record says: slices of its payload, which are of no use afterwards. */
  interface Operations {
    /** A value is put. */
    void put(byte family, ByteBuffer key, ByteBuffer value) throws RocksDBException;

    /** A key is deleted. */
    void delete(byte family, ByteBuffer key) throws RocksDBException;

    /** The keys from one, inclusive, to another, exclusive, are deleted. */
    void deleteRange(byte family, ByteBuffer from, ByteBuffer to) throws RocksDBException;
  }

  /** Says what an intact payload says. */
  static void decode(ByteBuffer payload, Operations operations) throws RocksDBException {
    for (int at = payload.position(); at < payload.limit(); ) {
      byte kind = payload.get(at);
      byte family = payload.get(at + 1);
      int keyLength = Short.toUnsignedInt(payload.getShort(at + 2));
      int valueLength = payload.getInt(at + 4);
      ByteBuffer key = payload.slice(at + OPERATION_BYTES, keyLength);
      ByteBuffer value = payload.slice(at + OPERATION_BYTES + keyLength, valueLength);
      switch (kind) {
        case PUT -> operations.put(family, key, value);
        case DELETE -> operations.delete(family, key);
        case DELETE_RANGE -> operations.deleteRange(family, key, value);
        default -> throw new IllegalStateException("unknown operation " + kind);
      }
      at += OPERATION_BYTES + keyLength + valueLength;
    }
  }
}
