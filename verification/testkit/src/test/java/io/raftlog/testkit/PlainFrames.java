package io.raftlog.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportContext;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/** What a {@link PlainTransport} says on its connections. Stateless, but for faults. */
final class PlainFrames {
  private static final int MAGIC = 0x504c4e31;
  private static final int MAX_TEXT_BYTES = 1_000;
  private static final int MAX_BUFFERS_OF_A_FAULT = 1_000;

  private PlainFrames() {}

  /** Who dials, and whom. */
  record Hello(String clusterId, String from, String to, String incarnation) {
    static Hello of(TransportContext context, NodeId to) {
      return new Hello(
          context.clusterId(),
          context.self().value(),
          to.value(),
          context.incarnation().toString());
    }

    void write(DataOutputStream out) throws IOException {
      byte[] text = String.join("\n", clusterId, from, to, incarnation).getBytes(UTF_8);
      out.writeInt(MAGIC);
      out.writeInt(text.length);
      out.write(text);
      out.writeInt(crcOf(text));
    }

    static Hello read(DataInputStream in, TransportFault fault) throws IOException {
      int magic = in.readInt();
      int length = in.readInt();
      if (magic != MAGIC && fault == TransportFault.BELIEVES_EVERYBODY) {
        return new Hello("", "", "", UUID.randomUUID().toString());
      }
      check(magic == MAGIC && length >= 0 && length <= MAX_TEXT_BYTES, "no hello");
      byte[] text = in.readNBytes(length);
      check(in.readInt() == crcOf(text), "a hello with a wrong checksum");
      String[] parts = new String(text, UTF_8).split("\n", -1);
      check(parts.length == 4, "a hello with " + parts.length + " parts");
      return new Hello(parts[0], parts[1], parts[2], parts[3]);
    }
  }

  private static void check(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(otherwise);
    }
  }

  private static int crcOf(byte[]... parts) {
    CRC32C crc = new CRC32C();
    for (byte[] part : parts) {
      crc.update(part);
    }
    return (int) crc.getValue();
  }

  static byte[] bytesOf(ByteBuffer buffer, TransportFault fault) {
    byte[] bytes = new byte[buffer.remaining()];
    switch (fault) {
      case NEEDS_ARRAYS ->
          System.arraycopy(
              buffer.array(), buffer.arrayOffset() + buffer.position(), bytes, 0, bytes.length);
      case MOVES_POSITIONS -> buffer.get(bytes);
      case MOVES_POSITIONS_FOR_A_MOMENT -> {
        int position = buffer.position();
        buffer.get(bytes);
        LockSupport.parkNanos(1);
        buffer.position(position);
      }
      default -> buffer.duplicate().get(bytes);
    }
    return bytes;
  }

  /** Priority, lengths and their checksum; header and body; their checksum. */
  static void write(DataOutputStream out, Frame frame, TransportFault fault) throws IOException {
    byte[] header = bytesOf(frame.header(), fault);
    List<byte[]> body = new ArrayList<>();
    for (ByteBuffer part : frame.body()) {
      body.add(bytesOf(part, fault));
    }
    if (fault == TransportFault.TAKES_ONLY_A_THOUSAND_BUFFERS) {
      body = body.subList(0, Math.min(body.size(), MAX_BUFFERS_OF_A_FAULT));
    }
    int bodyBytes = body.stream().mapToInt(part -> part.length).sum();
    if (fault == TransportFault.LOSES_A_BYTE && bodyBytes == 65_537 && body.size() == 1) {
      bodyBytes--;
      body = List.of(Arrays.copyOf(body.get(0), bodyBytes));
    }
    byte[] lengths =
        ByteBuffer.allocate(12)
            .putInt(frame.priority() == Frame.Priority.CONTROL ? 1 : 2)
            .putInt(header.length)
            .putInt(bodyBytes)
            .array();
    out.write(lengths);
    out.writeInt(crcOf(lengths));
    CRC32C crc = new CRC32C();
    out.write(header);
    crc.update(header);
    if (fault == TransportFault.WRITES_WITHOUT_A_LOCK) {
      LockSupport.parkNanos(1);
    }
    for (byte[] part : body) {
      out.write(part);
      crc.update(part);
    }
    out.writeInt((int) crc.getValue());
  }

  static Frame read(DataInputStream in, TransportFault fault, byte[] reused) throws IOException {
    byte[] lengths = in.readNBytes(12);
    if (lengths.length < 12) {
      throw new EOFException("the end");
    }
    boolean checks = fault != TransportFault.DOES_NOT_CHECK_SUMS;
    check(in.readInt() == crcOf(lengths) || !checks, "lengths with a wrong checksum");
    ByteBuffer buffer = ByteBuffer.wrap(lengths);
    Frame.Priority priority = buffer.getInt() == 1 ? Frame.Priority.CONTROL : Frame.Priority.BULK;
    int headerBytes = buffer.getInt();
    int bodyBytes = buffer.getInt();
    check(headerBytes >= 0 && headerBytes <= Frame.MAX_HEADER_BYTES, "a header too long");
    check(bodyBytes >= 0 && bodyBytes <= Frame.MAX_BODY_BYTES, "a body too long");
    boolean reuses = fault == TransportFault.REUSES_BUFFERS && bodyBytes <= reused.length;
    byte[] header = in.readNBytes(headerBytes);
    byte[] body = reuses ? reused : new byte[bodyBytes];
    int read = readBody(in, body, bodyBytes, fault);
    boolean torn = read < bodyBytes && header.length == headerBytes;
    if (fault != TransportFault.DELIVERS_TORN_FRAMES || !torn) {
      check(read == bodyBytes && header.length == headerBytes, "a torn frame");
      CRC32C crc = new CRC32C();
      crc.update(header);
      crc.update(body, 0, bodyBytes);
      check(in.readInt() == (int) crc.getValue() || !checks, "a frame with a wrong checksum");
    }
    return new Frame(
        priority, ByteBuffer.wrap(header), List.of(ByteBuffer.wrap(body, 0, bodyBytes)));
  }

  private static int readBody(DataInputStream in, byte[] body, int length, TransportFault fault)
      throws IOException {
    int read = 0;
    try {
      while (read < length) {
        int more = in.read(body, read, length - read);
        if (more < 0) {
          break;
        }
        read += more;
      }
    } catch (IOException broken) {
      if (fault != TransportFault.DELIVERS_TORN_FRAMES) {
        throw broken;
      }
    }
    return read;
  }
}
