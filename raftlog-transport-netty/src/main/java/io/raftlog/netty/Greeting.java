package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.raftlog.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What each end says first on a new connection: the dialing node a {@link Kind#HELLO}, the
 * accepting one its verdict. Layout, big-endian:
 *
 * <pre>
 *   0  4  magic "RFLG"
 *   4  2  protocol version
 *   6  2  length n of the content, at most 1,024
 *   8  n  content: kind (1), cluster (2 + length), from (2 + length), to (2 + length),
 *         incarnation (16), session (16), detail (2 + length)
 * 8+n  4  CRC32C of everything before
 * </pre>
 *
 * <p>Magic, version, length and CRC are where they are in every version of the protocol, so that
 * two versions can at least tell each other that they do not fit; the content is this version's.
 *
 * @param kind a hello or a verdict
 * @param clusterId the sender's cluster
 * @param from the sender
 * @param to whom the sender believes to be at the other end
 * @param incarnation the sender's incarnation
 * @param session the sender's session
 * @param detail for a refusal why, for people; else empty
 */
record Greeting(
    Kind kind,
    String clusterId,
    NodeId from,
    NodeId to,
    UUID incarnation,
    UUID session,
    String detail) {
  /** What the protocol's bytes look like; another version is refused. */
  static final short VERSION = 1;

  static final int MAGIC = 0x52464C47;
  static final int PREFIX_BYTES = 8;
  static final int CRC_BYTES = 4;

  /** The longest content: the longest cluster id, two node ids, and room for the detail. */
  static final int MAX_CONTENT_BYTES = 1_024;

  /** All that is ever kept of a connection that has not introduced itself, in bytes. */
  static final int MAX_BYTES = PREFIX_BYTES + MAX_CONTENT_BYTES + CRC_BYTES;

  private static final int MAX_DETAIL_BYTES = 256;

  /** The kinds; the code is on the wire. */
  enum Kind {
    HELLO(0),
    WELCOME(1),
    WRONG_CLUSTER(2),
    UNKNOWN_NODE(3),
    WRONG_TARGET(4),
    UNSUPPORTED_VERSION(5),
    NODE_ID_IN_USE(6);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new CorruptedFrameException("greeting of unknown kind " + code);
    }
  }

  /** The greeting of another protocol version. */
  static final class UnsupportedVersionException extends Exception {
    private static final long serialVersionUID = 1;

    UnsupportedVersionException(short version) {
      super("protocol version " + Short.toUnsignedInt(version) + ", here " + VERSION);
    }
  }

  static Greeting of(Kind kind, Identity self, NodeId to, String detail) {
    return new Greeting(
        kind,
        self.clusterId(),
        self.node(),
        to,
        self.incarnation(),
        self.session(),
        shortened(detail));
  }

  private static String shortened(String detail) {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_DETAIL_BYTES);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(detail), bytes, true);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  /** The greeting's bytes. */
  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
    out.putInt(MAGIC).putShort(VERSION).putShort((short) 0).put((byte) kind.code);
    putText(out, clusterId);
    putText(out, from.value());
    putText(out, to.value());
    putUuid(out, incarnation);
    putUuid(out, session);
    putText(out, detail);
    out.putShort(PREFIX_BYTES - 2, (short) (out.position() - PREFIX_BYTES));
    out.putInt(crcOf(out.array(), out.position()));
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void putText(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) bytes.length).put(bytes);
  }

  private static void putUuid(ByteBuffer out, UUID uuid) {
    out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
  }

  /**
   * Takes a greeting from the buffer, or leaves the buffer alone and returns null when it is not
   * complete. Foreign bytes are recognised as soon as they differ.
   *
   * @throws CorruptedFrameException when this is no greeting
   * @throws UnsupportedVersionException when it is one of another version
   */
  static @Nullable Greeting tryDecode(ByteBuf in) throws UnsupportedVersionException {
    int start = in.readerIndex();
    checkMagic(in);
    if (in.readableBytes() < PREFIX_BYTES) {
      return null;
    }
    int contentBytes = in.getUnsignedShort(start + PREFIX_BYTES - 2);
    if (contentBytes > MAX_CONTENT_BYTES) {
      throw new CorruptedFrameException("greeting of " + contentBytes + " bytes");
    }
    int total = PREFIX_BYTES + contentBytes + CRC_BYTES;
    if (in.readableBytes() < total) {
      return null;
    }
    byte[] bytes = new byte[total];
    in.readBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (crcOf(bytes, total - CRC_BYTES) != buffer.getInt(total - CRC_BYTES)) {
      throw new CorruptedFrameException("greeting with wrong checksum");
    }
    short version = buffer.getShort(4);
    if (version != VERSION) {
      throw new UnsupportedVersionException(version);
    }
    return decodeContent(buffer.position(PREFIX_BYTES).limit(total - CRC_BYTES).slice());
  }

  private static void checkMagic(ByteBuf in) {
    int known = Math.min(Integer.BYTES, in.readableBytes());
    for (int i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != (byte) (MAGIC >>> (24 - 8 * i))) {
        throw new CorruptedFrameException(
            "not raftlog's protocol"
                + (Tls.isRecord(in) ? " but TLS, which is not expected here" : ""));
      }
    }
  }

  private static Greeting decodeContent(ByteBuffer in) {
    try {
      return new Greeting(
          Kind.of(in.get()),
          text(in),
          new NodeId(text(in)),
          new NodeId(text(in)),
          uuid(in),
          uuid(in),
          text(in));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptedFrameException("malformed greeting", e);
    }
  }

  private static String text(ByteBuffer in) {
    int length = Short.toUnsignedInt(in.getShort());
    if (length > in.remaining()) {
      throw new CorruptedFrameException("malformed greeting");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static UUID uuid(ByteBuffer in) {
    return new UUID(in.getLong(), in.getLong());
  }

  private static int crcOf(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
