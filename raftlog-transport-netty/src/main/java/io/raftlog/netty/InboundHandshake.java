package io.raftlog.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.raftlog.NodeId;
import io.raftlog.netty.Greeting.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The accepting end of a handshake: checks the hello and answers with a verdict. Bytes that are no
 * greeting get no answer.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class InboundHandshake extends HandshakeHandler {
  private final Lobby lobby;

  InboundHandshake(LocalNode node, Lobby lobby) {
    super(node);
    this.lobby = lobby;
  }

  /** Why a hello is refused. */
  private record Refusal(Kind kind, String detail) {}

  @Override
  void greeted(ChannelHandlerContext ctx, Greeting hello) {
    if (hello.kind() != Kind.HELLO) {
      throw new CorruptedFrameException("began with an answer");
    }
    Refusal refusal = judge(ctx, hello);
    if (refusal != null) {
      refuse(ctx, hello.from(), refusal);
    }
  }

  /** Welcomes the dialer, or says why not. */
  private @Nullable Refusal judge(ChannelHandlerContext ctx, Greeting hello) {
    Identity self = node().identity();
    if (!hello.clusterId().equals(self.clusterId())) {
      return new Refusal(
          Kind.WRONG_CLUSTER,
          "cluster "
              + NodeLogger.quoted(hello.clusterId())
              + " dialed cluster "
              + NodeLogger.quoted(self.clusterId()));
    }
    if (!hello.to().equals(self.node())) {
      return new Refusal(
          Kind.WRONG_TARGET, "node " + hello.to() + " was dialed, this is " + self.node());
    }
    if (hello.from().equals(self.node())) {
      return new Refusal(Kind.UNKNOWN_NODE, "the dialing node claims to be this one");
    }
    PeerLink link = node().links().get(hello.from());
    return link == null
        ? new Refusal(Kind.UNKNOWN_NODE, "node " + hello.from() + " is no member here")
        : claim(ctx, hello, link);
  }

  private @Nullable Refusal claim(ChannelHandlerContext ctx, Greeting hello, PeerLink link) {
    Liveness liveness = new Liveness(node().log(), hello.from(), node().settings().timing());
    if (!link.tryClaim(
        new PeerLink.Inbound(hello.incarnation(), hello.session(), ctx.channel(), liveness))) {
      return new Refusal(
          Kind.NODE_ID_IN_USE,
          "another process is connected as node "
              + hello.from()
              + " with the same incarnation; two copies of one data directory, unless that process"
              + " is dead and not yet noticed");
    }
    lobby.leave(ctx.channel());
    Greeting welcome = Greeting.of(Kind.WELCOME, node().identity(), hello.from(), "");
    ctx.writeAndFlush(Unpooled.wrappedBuffer(welcome.encode()));
    ctx.pipeline().addLast("liveness", liveness);
    proceed(ctx, hello.from());
    return null;
  }

  @Override
  void greetedInOtherVersion(
      ChannelHandlerContext ctx, Greeting.UnsupportedVersionException version) {
    // Who dialed stands in the part that this version cannot read.
    Refusal refusal = new Refusal(Kind.UNSUPPORTED_VERSION, String.valueOf(version.getMessage()));
    refuse(ctx, node().identity().node(), refusal);
  }

  private void refuse(ChannelHandlerContext ctx, NodeId dialer, Refusal refusal) {
    logRefusal(ctx, refusal.kind().name(), refusal.detail());
    Greeting answer = Greeting.of(refusal.kind(), node().identity(), dialer, refusal.detail());
    ctx.writeAndFlush(Unpooled.wrappedBuffer(answer.encode()))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  String remoteName(ChannelHandlerContext ctx) {
    return "host=" + NodeLogger.hostOf(ctx.channel().remoteAddress());
  }
}
