package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CorruptedFrameException;
import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns an introduced connection's bytes back into frames. Owned by the connection's event loop.
 *
 * <p>Payload bytes are copied from the network's buffer straight to where the frame's receiver will
 * read them. At most one frame of each priority is under way, so a connection holds at most two of
 * maximal size.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class FrameDecoder extends ChannelInboundHandlerAdapter {
  private enum State {
    HEADER,
    PAYLOAD,
    FAILED
  }

  /** A frame of which some bytes are there. */
  private static final class Assembly {
    final int headerBytes;
    final byte[] bytes;
    int filled;

    Assembly(PacketHeader first) {
      headerBytes = first.headerBytes();
      bytes = new byte[first.frameBytes()];
    }
  }

  private final NodeId peer;
  private final Delivery delivery;
  private final NodeLogger log;
  private final CRC32C crc = new CRC32C();
  private final byte[] headerBytes = new byte[PacketHeader.BYTES];
  private State state = State.HEADER;
  private int headerFilled;
  private @Nullable PacketHeader packet;
  private @Nullable Assembly control;
  private @Nullable Assembly bulk;

  FrameDecoder(NodeId peer, Delivery delivery, NodeLogger log) {
    this.peer = peer;
    this.delivery = delivery;
    this.log = log;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable() && state != State.FAILED && !delivery.isStopped()) {
        switch (state) {
          case HEADER -> readHeader(ctx, in);
          case PAYLOAD -> readPayload(in);
          case FAILED -> {}
        }
      }
    } catch (CorruptedFrameException e) {
      fail(ctx, e);
    } finally {
      in.release();
    }
  }

  private void readHeader(ChannelHandlerContext ctx, ByteBuf in) {
    int bytes = Math.min(in.readableBytes(), PacketHeader.BYTES - headerFilled);
    in.readBytes(headerBytes, headerFilled, bytes);
    headerFilled += bytes;
    if (headerFilled < PacketHeader.BYTES) {
      return;
    }
    headerFilled = 0;
    PacketHeader header = PacketHeader.decode(headerBytes, crc);
    switch (header.type()) {
      case PING -> Liveness.answerPing(ctx);
      case PONG -> {}
      case FRAME -> begin(header);
    }
  }

  private void begin(PacketHeader header) {
    Assembly frame = assembly(header.priority());
    if (frame == null) {
      if (header.offset() != 0) {
        throw new CorruptedFrameException("packet of a frame without beginning: " + header);
      }
      frame = new Assembly(header);
      setAssembly(header.priority(), frame);
    } else if (frame.headerBytes != header.headerBytes()
        || frame.bytes.length != header.frameBytes()
        || frame.filled != header.offset()) {
      throw new CorruptedFrameException("packet does not continue its frame: " + header);
    }
    packet = header;
    state = State.PAYLOAD;
    if (header.payloadBytes() == 0) {
      complete(header, frame);
    }
  }

  private void readPayload(ByteBuf in) {
    PacketHeader header = packet;
    Assembly frame = header == null ? null : assembly(header.priority());
    if (header == null || frame == null) {
      throw new IllegalStateException("payload without a frame");
    }
    int end = header.offset() + header.payloadBytes();
    int bytes = Math.min(in.readableBytes(), end - frame.filled);
    in.readBytes(frame.bytes, frame.filled, bytes);
    frame.filled += bytes;
    if (frame.filled == end) {
      complete(header, frame);
    }
  }

  private void complete(PacketHeader header, Assembly frame) {
    crc.reset();
    crc.update(frame.bytes, header.offset(), header.payloadBytes());
    if ((int) crc.getValue() != header.payloadCrc()) {
      throw new CorruptedFrameException("payload with wrong checksum: " + header);
    }
    state = State.HEADER;
    if (frame.filled < frame.bytes.length) {
      return;
    }
    setAssembly(header.priority(), null);
    int bodyBytes = frame.bytes.length - frame.headerBytes;
    ByteBuffer head = ByteBuffer.wrap(frame.bytes, 0, frame.headerBytes).slice();
    List<ByteBuffer> body =
        bodyBytes == 0
            ? List.of()
            : List.of(ByteBuffer.wrap(frame.bytes, frame.headerBytes, bodyBytes).slice());
    delivery.frame(peer, new Frame(header.priority(), head, body));
  }

  private @Nullable Assembly assembly(Frame.Priority priority) {
    return switch (priority) {
      case CONTROL -> control;
      case BULK -> bulk;
    };
  }

  private void setAssembly(Frame.Priority priority, @Nullable Assembly frame) {
    switch (priority) {
      case CONTROL -> control = frame;
      case BULK -> bulk = frame;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause);
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    if (state == State.FAILED) {
      return;
    }
    state = State.FAILED;
    control = null;
    bulk = null;
    SSLException tls = Tls.failureIn(cause);
    log.limitedWarn(
        "broken|" + peer,
        () ->
            "peer="
                + peer
                + " remote="
                + ctx.channel().remoteAddress()
                + " closing a connection: "
                + (tls == null ? cause : "TLS: " + Tls.reason(tls)));
    ctx.close();
  }
}
