package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.raftlog.spi.Frame.Priority;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Turns queued frames into packets. Owned by the connection's event loop.
 *
 * <p>Many small frames share one buffer, and of a large one each buffer holds a piece. The bytes
 * are copied, once: they lie on the heap, and the operating system can send from direct memory
 * only, so Netty would copy each buffer separately if it were not done here. Since only the next
 * piece is copied, a frame of 32 MiB to a slow peer costs no more direct memory than a small one.
 */
final class FramePacker {
  /** A piece of a large frame that is shorter than this waits for the next buffer: 1 KiB. */
  private static final int MIN_PIECE_BYTES = 1 << 10;

  private final OutboundQueue queue;
  private final ByteBufAllocator allocator;
  private final CRC32C crc = new CRC32C();
  private @Nullable FrameCursor control;
  private @Nullable FrameCursor bulk;

  FramePacker(OutboundQueue queue, ByteBufAllocator allocator) {
    this.queue = queue;
    this.allocator = allocator;
  }

  /** Whether {@link #pack} has nothing to do. */
  boolean isIdle() {
    return control == null && bulk == null && queue.isEmpty();
  }

  /**
   * The next packets, together at most {@link PacketHeader#MAX_PACKET_BYTES}, or null when there
   * are no frames. The caller releases the buffer.
   */
  @Nullable ByteBuf pack() {
    FrameCursor frame = next();
    if (frame == null) {
      return null;
    }
    // No larger than what waits: a slow peer's many small writes would each pin a whole buffer. A
    // queued frame counts for more than its packet's header, so this is never too small for one.
    long wanted = Math.min(PacketHeader.MAX_PACKET_BYTES, queue.bytes());
    ByteBuf out = allocator.directBuffer((int) wanted, PacketHeader.MAX_PACKET_BYTES);
    try {
      do {
        packInto(out, frame);
        frame = next();
      } while (frame != null && fits(frame, out.writableBytes()));
      return out;
    } catch (Throwable e) {
      out.release();
      throw e;
    }
  }

  /** The frame to go on with: control first, and in each lane what was begun first. */
  private @Nullable FrameCursor next() {
    if (control == null) {
      control = queue.poll(Priority.CONTROL);
    }
    if (control != null) {
      return control;
    }
    if (bulk == null) {
      bulk = queue.poll(Priority.BULK);
    }
    return bulk;
  }

  private static boolean fits(FrameCursor frame, int room) {
    return room >= PacketHeader.BYTES + Math.min(frame.remaining(), MIN_PIECE_BYTES);
  }

  private void packInto(ByteBuf out, FrameCursor frame) {
    int start = out.writerIndex();
    int payload = Math.min(frame.remaining(), out.writableBytes() - PacketHeader.BYTES);
    int offset = frame.offset();
    out.writeZero(PacketHeader.BYTES);
    frame.copyTo(out, payload);
    crc.reset();
    crc.update(out.internalNioBuffer(start + PacketHeader.BYTES, payload));
    int payloadCrc = (int) crc.getValue();
    new PacketHeader(
            PacketHeader.Type.FRAME,
            frame.priority(),
            frame.headerBytes(),
            frame.bodyBytes(),
            offset,
            payload,
            payloadCrc)
        .set(out, start, crc);
    if (frame.remaining() == 0) {
      finish(frame);
    }
  }

  private void finish(FrameCursor frame) {
    queue.release(frame);
    switch (frame.priority()) {
      case CONTROL -> control = null;
      case BULK -> bulk = null;
    }
  }
}
