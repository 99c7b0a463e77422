package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A frame on its way out and how much of it has been packed. Made by the sending thread, then owned
 * by the connection's event loop.
 */
final class FrameCursor {
  /**
   * What a queued frame costs on top of its bytes: 160, about what its objects take. So that frames
   * of no bytes are bounded too.
   */
  static final int OVERHEAD_BYTES = 160;

  private final Frame.Priority priority;
  private final int headerBytes;
  private final int bodyBytes;
  private final ByteBuffer[] parts;
  private int part;
  private int offset;

  /** Remembers the frame's buffers as they are now; they are not copied. */
  FrameCursor(Frame frame) {
    List<ByteBuffer> body = frame.body();
    parts = new ByteBuffer[1 + body.size()];
    parts[0] = frame.header().duplicate();
    for (int i = 0; i < body.size(); i++) {
      parts[i + 1] = body.get(i).duplicate();
    }
    priority = frame.priority();
    headerBytes = frame.header().remaining();
    bodyBytes = frame.bodyBytes();
  }

  Frame.Priority priority() {
    return priority;
  }

  int headerBytes() {
    return headerBytes;
  }

  int bodyBytes() {
    return bodyBytes;
  }

  /** What the frame counts for in its queue, in bytes. */
  int costBytes() {
    return headerBytes + bodyBytes + OVERHEAD_BYTES;
  }

  /** How many bytes of header + body were copied so far. */
  int offset() {
    return offset;
  }

  /** How many bytes of header + body are left. */
  int remaining() {
    return headerBytes + bodyBytes - offset;
  }

  /** Appends the next bytes, of which there must be as many, to a buffer that has room for them. */
  void copyTo(ByteBuf out, int bytes) {
    int left = bytes;
    while (left > 0) {
      ByteBuffer source = parts[part];
      if (!source.hasRemaining()) {
        part++;
      } else if (source.remaining() <= left) {
        left -= source.remaining();
        out.writeBytes(source);
      } else {
        int limit = source.limit();
        source.limit(source.position() + left);
        out.writeBytes(source);
        source.limit(limit);
        left = 0;
      }
    }
    offset += bytes;
  }
}
