package io.raftlog.spi;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One message between two nodes, opaque to the transport: a small header and a body that may be
 * large.
 *
 * <p>Buffers are shared, never copied by raftlog: the sender keeps using the bytes (they may be
 * entries of its cache) and nobody changes them any more. A transport reads them through {@link
 * ByteBuffer#duplicate()} and must not write to them, change their position, or rely on their
 * having an array. On the receiving side the header and the concatenation of the body's buffers
 * must be the same bytes again; how the body is split into buffers is free, one heap buffer is
 * best. The receiver owns a received frame's buffers for good, so a transport must not reuse their
 * memory.
 *
 * @param priority in which order the transport should send when it cannot send everything at once
 * @param header the header, at most {@link #MAX_HEADER_BYTES}
 * @param body the body's buffers in order, together at most {@link #MAX_BODY_BYTES}; often empty
 */
public record Frame(Priority priority, ByteBuffer header, List<ByteBuffer> body) {
  /** The longest header, in bytes: 64 KiB. */
  public static final int MAX_HEADER_BYTES = 64 << 10;

  /** The longest body, in bytes: 32 MiB. A receiver may refuse more before allocating anything. */
  public static final int MAX_BODY_BYTES = 32 << 20;

  /** In which of two queues a frame waits when the network is slower than the sender. */
  public enum Priority {
    /** Small and urgent (votes, heartbeats, acknowledgements): never queued behind bulk. */
    CONTROL,
    /** Carries entries. */
    BULK
  }

  /**
   * Makes the body's list unmodifiable.
   *
   * @throws IllegalArgumentException when the header or the body is over its limit
   */
  public Frame {
    body = List.copyOf(body);
    if (header.remaining() > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "frame header has " + header.remaining() + " bytes, limit " + MAX_HEADER_BYTES);
    }
    long bytes = 0;
    for (ByteBuffer part : body) {
      bytes += part.remaining();
    }
    if (bytes > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "frame body has " + bytes + " bytes, limit " + MAX_BODY_BYTES);
    }
  }

  /**
   * How long the body is.
   *
   * @return bytes, over all its buffers
   */
  public int bodyBytes() {
    int bytes = 0;
    for (ByteBuffer part : body) {
      bytes += part.remaining();
    }
    return bytes;
  }
}
