package io.raftlog.internal.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.wire.proto.Header;
import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Turns envelopes into frame headers and back, as {@code raft.proto} says. What travels in a
 * frame's body, the entries of an append request and the runs of a forward request, is not touched
 * here.
 *
 * <p>Thread-safe, so that one serves all logs of a node; never blocks. All that it keeps is a
 * bounded cache of node ids.
 */
public final class WireCodec {
  /**
   * What this version writes, and the newest that it reads. Grows when a header's meaning changes
   * in a way that an older node must not ignore.
   */
  public static final int PROTOCOL_VERSION = 1;

  /**
   * How many verdicts a forward response may have so that its header fits {@link
   * Frame#MAX_HEADER_BYTES} whatever the ids and numbers are. One verdict takes at most 301 bytes,
   * with a producer id of 255; everything else in a header at most 290, with a log id and node ids
   * of 64 characters. 200 of them leave some 5,000 bytes for fields to come.
   */
  public static final int MAX_VERDICTS = 200;

  /** The longest log id, in characters; they are those of a node id. */
  private static final int MAX_LOG_ID_LENGTH = 64;

  private final NodeIdCache nodeIds = new NodeIdCache();
  private final MessageDecoder decoder = new MessageDecoder(nodeIds);

  /** Makes a codec with an empty cache. */
  public WireCodec() {}

  /**
   * Encodes all of an envelope but an append request's entries. A forward response with more than
   * {@link #MAX_VERDICTS} verdicts may not fit: the caller splits it.
   *
   * @param logId the log that the message is about
   * @param envelope what is sent
   * @return a new heap buffer, which the caller owns, with the header from its position to its
   *     limit; at most {@link Frame#MAX_HEADER_BYTES}
   * @throws IllegalArgumentException when the header would be longer
   */
  public ByteBuffer encode(String logId, Envelope envelope) {
    UUID formation = envelope.formation();
    UUID fromIncarnation = envelope.fromIncarnation();
    UUID toIncarnation = envelope.toIncarnation();
    Header.Builder header =
        Header.newBuilder()
            .setProtocolVersion(PROTOCOL_VERSION)
            .setLogId(logId)
            .setFrom(envelope.from().value())
            .setTo(envelope.to().value())
            .setFormationHigh(formation.getMostSignificantBits())
            .setFormationLow(formation.getLeastSignificantBits())
            .setFromIncarnationHigh(fromIncarnation.getMostSignificantBits())
            .setFromIncarnationLow(fromIncarnation.getLeastSignificantBits())
            .setToIncarnationHigh(toIncarnation.getMostSignificantBits())
            .setToIncarnationLow(toIncarnation.getLeastSignificantBits());
    byte[] bytes = MessageEncoder.put(header, envelope.message()).build().toByteArray();
    if (bytes.length > Frame.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          envelope.message().kind()
              + " takes a header of "
              + bytes.length
              + " bytes, limit "
              + Frame.MAX_HEADER_BYTES);
    }
    return ByteBuffer.wrap(bytes);
  }

  /**
   * Decodes and checks a header. Unknown fields are ignored; memory is proportional to the header's
   * length, which is limited.
   *
   * @param header holds the header from its position to its limit, which are not changed; its bytes
   *     are not kept
   * @return the envelope, in an append request's case with no entries
   * @throws MalformedFrameException when these bytes are no header, of a newer protocol version, or
   *     say something that no node may say
   */
  public Addressed decode(ByteBuffer header) {
    if (header.remaining() > Frame.MAX_HEADER_BYTES) {
      throw new MalformedFrameException(
          "header has " + header.remaining() + " bytes, limit " + Frame.MAX_HEADER_BYTES);
    }
    Header wire;
    try {
      wire = Header.parseFrom(header.duplicate());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedFrameException("not a header: " + e.getMessage(), e);
    }
    checkVersion(wire.getProtocolVersion());
    RaftMessage message = decoder.message(wire);
    UUID fromIncarnation = new UUID(wire.getFromIncarnationHigh(), wire.getFromIncarnationLow());
    if (fromIncarnation.equals(Envelope.NO_INCARNATION)) {
      throw new MalformedFrameException("from_incarnation is missing");
    }
    return new Addressed(
        checkedLogId(wire.getLogId()),
        new Envelope(
            nodeIds.of("from", wire.getFrom()),
            nodeIds.of("to", wire.getTo()),
            new UUID(wire.getFormationHigh(), wire.getFormationLow()),
            fromIncarnation,
            new UUID(wire.getToIncarnationHigh(), wire.getToIncarnationLow()),
            message));
  }

  private static void checkVersion(int version) {
    if (version == 0) {
      throw new MalformedFrameException("protocol_version is missing");
    }
    if (version != PROTOCOL_VERSION) {
      throw new MalformedFrameException(
          "protocol version "
              + Integer.toUnsignedString(version)
              + ", this node speaks up to "
              + PROTOCOL_VERSION);
    }
  }

  private static String checkedLogId(String logId) {
    if (logId.isEmpty()) {
      throw new MalformedFrameException("log_id is missing");
    }
    boolean valid = logId.length() <= MAX_LOG_ID_LENGTH;
    for (int i = 0; valid && i < logId.length(); i++) {
      valid = isIdCharacter(logId.charAt(i));
    }
    if (!valid) {
      throw new MalformedFrameException(
          "log_id with " + logId.length() + " characters is not a log id");
    }
    return logId;
  }

  private static boolean isIdCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
