package io.raftlog.testkit;

import io.raftlog.spi.Frame;
import io.raftlog.spi.Frame.Priority;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Frames to send. A <em>sealed</em> frame tells by itself whether it is as it was made: its header
 * begins with a seed and the body's length, and all else follows from these.
 */
final class TestFrames {
  /** The shortest header of a sealed frame: a seed and a length. */
  static final int MIN_SEALED_HEADER_BYTES = Long.BYTES + Integer.BYTES;

  private TestFrames() {}

  static Frame sealed(Priority priority, long seed, int headerBytes, int bodyBytes) {
    ByteBuffer body = ByteBuffer.wrap(bodyOf(seed, bodyBytes));
    return new Frame(
        priority,
        ByteBuffer.wrap(headerOf(seed, headerBytes, bodyBytes)),
        bodyBytes == 0 ? List.of() : List.of(body));
  }

  /** A small control frame. */
  static Frame sealed(long seed) {
    return sealed(Priority.CONTROL, seed, MIN_SEALED_HEADER_BYTES, 0);
  }

  /** A bulk frame with a body. */
  static Frame sealed(long seed, int bodyBytes) {
    return sealed(Priority.BULK, seed, 2 * MIN_SEALED_HEADER_BYTES, bodyBytes);
  }

  private static byte[] headerOf(long seed, int headerBytes, int bodyBytes) {
    byte[] header = SeededBytes.array(~seed, headerBytes);
    ByteBuffer.wrap(header).putLong(seed).putInt(bodyBytes);
    return header;
  }

  private static byte[] bodyOf(long seed, int bodyBytes) {
    return SeededBytes.array(seed, bodyBytes);
  }

  /** The seed of a sealed frame. */
  static long seedOf(Frame frame) {
    return frame.header().getLong(frame.header().position());
  }

  /** Whether a sealed frame has every byte with which it was made. */
  static boolean isIntact(Frame frame) {
    ByteBuffer header = frame.header();
    if (header.remaining() < MIN_SEALED_HEADER_BYTES) {
      return false;
    }
    int bodyBytes = header.getInt(header.position() + Long.BYTES);
    if (bodyBytes != frame.bodyBytes()) {
      return false;
    }
    byte[] expected = headerOf(seedOf(frame), header.remaining(), bodyBytes);
    return header.equals(ByteBuffer.wrap(expected))
        && bodyOf(frame).equals(ByteBuffer.wrap(bodyOf(seedOf(frame), bodyBytes)));
  }

  /** Whether two frames have the same bytes, however their bodies are split. */
  static boolean sameBytes(Frame one, Frame other) {
    return one.header().equals(other.header())
        && one.bodyBytes() == other.bodyBytes()
        && bodyOf(one).equals(bodyOf(other));
  }

  private static ByteBuffer bodyOf(Frame frame) {
    if (frame.body().size() == 1) {
      return frame.body().get(0);
    }
    ByteBuffer joined = ByteBuffer.allocate(frame.bodyBytes());
    frame.body().forEach(part -> joined.put(part.duplicate()));
    return joined.flip();
  }
}
