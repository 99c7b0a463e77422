package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.raftlog.spi.Frame;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Packets as bytes, correct ones and impossible ones. */
final class PacketsForTest {
  private PacketsForTest() {}

  /** A bulk frame in one packet. */
  static byte[] frame(String header, String body) {
    byte[] payload = (header + body).getBytes(StandardCharsets.UTF_8);
    return packet(Frame.Priority.BULK, header.length(), body.length(), 0, payload);
  }

  static byte[] packet(
      Frame.Priority priority, int headerBytes, int bodyBytes, int offset, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    ByteBuf out = Unpooled.buffer(PacketHeader.BYTES + payload.length);
    out.writeZero(PacketHeader.BYTES).writeBytes(payload);
    new PacketHeader(
            PacketHeader.Type.FRAME,
            priority,
            headerBytes,
            bodyBytes,
            offset,
            payload.length,
            (int) crc.getValue())
        .set(out, 0, crc);
    return out.array();
  }

  /** A packet's header alone, with a correct checksum over whatever it says. */
  static byte[] header(int headerBytes, int bodyBytes, int offset, int payloadBytes) {
    byte[] bytes = new byte[PacketHeader.BYTES];
    new PacketHeader(
            PacketHeader.Type.FRAME,
            Frame.Priority.BULK,
            headerBytes,
            bodyBytes,
            offset,
            payloadBytes,
            0)
        .set(Unpooled.wrappedBuffer(bytes), 0, new CRC32C());
    return bytes;
  }
}
