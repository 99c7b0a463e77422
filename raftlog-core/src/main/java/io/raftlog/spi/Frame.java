package io.raftlog.spi;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One message between two nodes, opaque to the transport: a small header and a body that may be
 * large. For its buffers see {@link io.raftlog.spi}.
 *
 * <p>On the sending side they are shared, not copied: the same frame's bytes may be entries of the
 * sender's cache, and be sent to several members at once. Nobody is told when a frame was sent or
 * dropped; a transport that holds one holds its entries in memory.
 *
 * <p>On the receiving side the header and the concatenation of the body's buffers must be the same
 * bytes again. How the body is split into buffers is free. One heap buffer is best, since several
 * are copied into one; what is received may stay in raftlog's cache and with the application.
 *
 * <p>Header, body or both may be empty: that is a frame like any other. A body may have thousands
 * of buffers, some of them empty, more than a gathering write takes at once. Most bodies are at
 * most 1 MiB long, or hold one batch, of at most {@link io.raftlog.LogOptions#maxBatchBytes}; a
 * transport must carry the longest all the same.
 *
 * @param priority in which order the transport should send when it cannot send everything at once;
 *     of a received frame nobody looks at it
 * @param header the header, at most {@link #MAX_HEADER_BYTES}
 * @param body the body's buffers in order, together at most {@link #MAX_BODY_BYTES}; often empty
 */
public record Frame(Priority priority, ByteBuffer header, List<ByteBuffer> body) {
  /** The longest header, in bytes: 64 KiB. */
  public static final int MAX_HEADER_BYTES = 64 << 10;

  /** The longest body, in bytes: 32 MiB. A receiver may refuse more before allocating anything. */
  public static final int MAX_BODY_BYTES = 32 << 20;

  /**
   * In which of two queues a frame waits when the network is slower than the sender.
   *
   * <p>Best is one ordered stream for each priority between two nodes, not one for each frame.
   * Between the two, order is of no use. Among bulk frames it is: entries that overtake those
   * before them are refused by their receiver, and are sent again.
   */
  public enum Priority {
    /**
     * Small and urgent (votes, heartbeats, acknowledgements): never queued behind bulk. Should also
     * find room when the queue is full of bulk frames: a follower that gets no heartbeats calls for
     * an election.
     */
    CONTROL,
    /** Carries entries or appends; or has no body, but should not overtake those that do. */
    BULK
  }

  /**
   * Makes the body's list unmodifiable.
   *
   * @throws IllegalArgumentException when the header or the body is over its limit; so a receiver
   *     checks the lengths that it was told before
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
