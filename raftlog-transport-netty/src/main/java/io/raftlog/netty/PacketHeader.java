package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What stands before each packet's payload on an introduced connection. Layout, big-endian:
 *
 * <pre>
 *  0  1  type: 1 frame, 2 ping, 3 pong
 *  1  1  priority: 0 control, 1 bulk
 *  2  2  zero
 *  4  4  length of the frame's header
 *  8  4  length of the frame's body
 * 12  4  where in header + body this packet's payload belongs
 * 16  4  length of the payload
 * 20  4  CRC32C of the payload
 * 24  4  CRC32C of bytes 0 to 23
 * 28     payload
 * </pre>
 *
 * <p>The header has a checksum of its own, so that no length is believed, and nothing allocated or
 * waited for, because of a flipped bit. Of each priority at most one frame is under way at a time.
 *
 * @param type what the packet is
 * @param priority the lane; control for pings and pongs
 * @param headerBytes the length of the frame's header
 * @param bodyBytes the length of the frame's body
 * @param offset where in header + body the payload belongs
 * @param payloadBytes the length of the payload
 * @param payloadCrc the CRC32C of the payload
 */
record PacketHeader(
    Type type,
    Frame.Priority priority,
    int headerBytes,
    int bodyBytes,
    int offset,
    int payloadBytes,
    int payloadCrc) {
  /** The length of this header, in bytes. */
  static final int BYTES = 28;

  /**
   * The longest packet, its header included: 128 KiB. A control frame waits for one packet of a
   * bulk frame at most, 1 ms at 1 Gbit/s; longer ones would not save anything measurable.
   */
  static final int MAX_PACKET_BYTES = 128 << 10;

  /** The longest payload, in bytes. */
  static final int MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - BYTES;

  private static final int CRC_OFFSET = 24;

  /** What a packet is; the code is on the wire. */
  enum Type {
    FRAME(1),
    PING(2),
    PONG(3);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    private static Type of(int code) {
      return switch (code) {
        case 1 -> FRAME;
        case 2 -> PING;
        case 3 -> PONG;
        default -> throw new CorruptedFrameException("packet of unknown type " + code);
      };
    }
  }

  /** A ping or a pong. */
  static PacketHeader signal(Type type) {
    return new PacketHeader(type, Frame.Priority.CONTROL, 0, 0, 0, 0, 0);
  }

  /** Writes the header at an index of a buffer whose bytes are there already. */
  void set(ByteBuf out, int index, CRC32C crc) {
    out.setByte(index, type.code);
    out.setByte(index + 1, codeOf(priority));
    out.setShort(index + 2, 0);
    out.setInt(index + 4, headerBytes);
    out.setInt(index + 8, bodyBytes);
    out.setInt(index + 12, offset);
    out.setInt(index + 16, payloadBytes);
    out.setInt(index + 20, payloadCrc);
    crc.reset();
    crc.update(out.internalNioBuffer(index, CRC_OFFSET));
    out.setInt(index + CRC_OFFSET, (int) crc.getValue());
  }

  /**
   * Reads a header.
   *
   * @param bytes exactly a header's bytes
   * @throws CorruptedFrameException when they are none
   */
  static PacketHeader decode(byte[] bytes, CRC32C crc) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    crc.reset();
    crc.update(bytes, 0, CRC_OFFSET);
    if ((int) crc.getValue() != in.getInt(CRC_OFFSET)) {
      throw new CorruptedFrameException("packet header with wrong checksum");
    }
    PacketHeader header =
        new PacketHeader(
            Type.of(in.get()),
            priorityOf(in.get()),
            in.getInt(4),
            in.getInt(8),
            in.getInt(12),
            in.getInt(16),
            in.getInt(20));
    header.checkSizes();
    return header;
  }

  private void checkSizes() {
    boolean known =
        switch (type) {
          case PING, PONG -> headerBytes == 0 && bodyBytes == 0 && offset == 0 && payloadBytes == 0;
          case FRAME ->
              0 <= headerBytes
                  && headerBytes <= Frame.MAX_HEADER_BYTES
                  && 0 <= bodyBytes
                  && bodyBytes <= Frame.MAX_BODY_BYTES
                  && 0 <= offset
                  && 0 <= payloadBytes
                  && payloadBytes <= MAX_PAYLOAD_BYTES
                  && payloadBytes <= frameBytes() - offset
                  && (payloadBytes > 0 || frameBytes() == 0);
        };
    if (!known) {
      throw new CorruptedFrameException("packet with impossible sizes: " + this);
    }
  }

  /** The length of the whole frame, in bytes. */
  int frameBytes() {
    return headerBytes + bodyBytes;
  }

  private static int codeOf(Frame.Priority priority) {
    return switch (priority) {
      case CONTROL -> 0;
      case BULK -> 1;
    };
  }

  private static Frame.Priority priorityOf(int code) {
    return switch (code) {
      case 0 -> Frame.Priority.CONTROL;
      case 1 -> Frame.Priority.BULK;
      default -> throw new CorruptedFrameException("packet of unknown priority " + code);
    };
  }
}
