package io.raftlog.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.raftlog.NodeId;
import io.raftlog.netty.Greeting.Kind;

/** The dialing end of a handshake: says hello and waits for the verdict. */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class OutboundHandshake extends HandshakeHandler {
  private final PeerDialer dialer;
  private final NodeId peer;

  OutboundHandshake(LocalNode node, PeerDialer dialer, NodeId peer) {
    super(node);
    this.dialer = dialer;
    this.peer = peer;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    Greeting hello = Greeting.of(Kind.HELLO, node().identity(), peer, "");
    ctx.writeAndFlush(Unpooled.wrappedBuffer(hello.encode()));
    super.channelActive(ctx);
  }

  @Override
  void greeted(ChannelHandlerContext ctx, Greeting answer) {
    Identity self = node().identity();
    switch (answer.kind()) {
      case HELLO -> throw new CorruptedFrameException("answered with a hello");
      case WELCOME -> {
        if (!answer.clusterId().equals(self.clusterId())
            || !answer.from().equals(peer)
            || !answer.to().equals(self.node())) {
          reject(
              ctx,
              "welcomed by node "
                  + answer.from()
                  + " of cluster "
                  + NodeLogger.quoted(answer.clusterId())
                  + " as "
                  + answer.to());
          return;
        }
        dialer.introduced(ctx);
        proceed(ctx, peer);
      }
      case WRONG_CLUSTER, UNKNOWN_NODE, WRONG_TARGET, UNSUPPORTED_VERSION, NODE_ID_IN_USE -> {
        logRefusal(ctx, answer.kind().name(), "refused, " + NodeLogger.quoted(answer.detail()));
        ctx.close();
      }
    }
  }

  @Override
  void greetedInOtherVersion(
      ChannelHandlerContext ctx, Greeting.UnsupportedVersionException version) {
    logRefusal(ctx, Kind.UNSUPPORTED_VERSION.name(), "answered with " + version.getMessage());
    ctx.close();
  }

  @Override
  void closedEarly(ChannelHandlerContext ctx) {
    if (!node().delivery().isStopped()) {
      logRefusal(ctx, "closed", "the connection was closed without an answer" + guess(ctx));
    }
  }

  /** What may be the matter; the other end's log says it. */
  private String guess(ChannelHandlerContext ctx) {
    if (node().settings().tls() == null) {
      return ", perhaps because the peer uses TLS and this node does not";
    }
    return Tls.isShakingHands(ctx)
        ? " in the TLS handshake, perhaps because the peer does not use TLS"
        : ", perhaps because the peer does not trust this node's certificate";
  }

  @Override
  String remoteName(ChannelHandlerContext ctx) {
    return "peer=" + peer;
  }
}
