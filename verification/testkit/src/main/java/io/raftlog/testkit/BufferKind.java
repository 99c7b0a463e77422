package io.raftlog.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The kinds of buffers in which the same bytes may be handed over. */
enum BufferKind {
  /** An array of exactly these bytes. */
  HEAP,
  /** An array with other bytes before and after them. */
  OFFSET,
  /** The same, but position 0 and capacity pretend otherwise. */
  SLICE,
  /** Without an array that anybody could get at. */
  READ_ONLY,
  /** Outside the heap. */
  DIRECT,
  /** Outside the heap, with other bytes before and after them. */
  DIRECT_OFFSET,
  /** Outside the heap, and not to be written to. */
  DIRECT_READ_ONLY,
  /** With the other byte order. */
  LITTLE_ENDIAN;

  private static final int BEFORE = 7;
  private static final int AFTER = 5;

  /** Copies bytes into a new buffer of this kind, whose remaining bytes they are. */
  ByteBuffer of(byte[] bytes) {
    return switch (this) {
      case HEAP -> ByteBuffer.wrap(bytes.clone());
      case OFFSET -> surrounded(ByteBuffer.allocate(BEFORE + bytes.length + AFTER), bytes);
      case SLICE -> OFFSET.of(bytes).slice();
      case READ_ONLY -> OFFSET.of(bytes).asReadOnlyBuffer();
      case DIRECT -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      case DIRECT_OFFSET ->
          surrounded(ByteBuffer.allocateDirect(BEFORE + bytes.length + AFTER), bytes);
      case DIRECT_READ_ONLY -> DIRECT_OFFSET.of(bytes).asReadOnlyBuffer();
      case LITTLE_ENDIAN -> HEAP.of(bytes).order(ByteOrder.LITTLE_ENDIAN);
    };
  }

  private static ByteBuffer surrounded(ByteBuffer target, byte[] bytes) {
    while (target.hasRemaining()) {
      target.put((byte) 0x5a);
    }
    target.position(BEFORE).put(bytes);
    return target.position(BEFORE).limit(BEFORE + bytes.length);
  }
}
