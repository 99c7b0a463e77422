package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.raftlog.NodeId;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The part of a handshake that both ends have: wait for the other's greeting, for a limited time
 * and number of bytes. With TLS that has a handshake of its own before the greetings, which is a
 * part of this one: it has to be done within the same time, and what fails in it is logged here.
 * Owned by the connection's event loop; replaces itself when the handshake is over.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
abstract class HandshakeHandler extends ByteToMessageDecoder {
  private enum State {
    WAITING,
    OVER
  }

  private final LocalNode node;
  private State state = State.WAITING;
  private @Nullable Future<?> timer;

  HandshakeHandler(LocalNode node) {
    this.node = node;
  }

  /** The other end's greeting came. */
  abstract void greeted(ChannelHandlerContext ctx, Greeting greeting);

  /** The other end's greeting is of another protocol version. */
  abstract void greetedInOtherVersion(
      ChannelHandlerContext ctx, Greeting.UnsupportedVersionException version);

  /** What to call the other end in the log, and to limit lines by. */
  abstract String remoteName(ChannelHandlerContext ctx);

  final LocalNode node() {
    return node;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    if (state == State.WAITING) { // TLS may have failed to begin before this
      startTimer(ctx);
    }
    super.channelActive(ctx);
  }

  private void startTimer(ChannelHandlerContext ctx) {
    long millis = node.settings().timing().handshake().toMillis();
    timer =
        ctx.executor()
            .schedule(
                () ->
                    reject(
                        ctx,
                        (Tls.isShakingHands(ctx) ? "no TLS handshake" : "no greeting")
                            + " within "
                            + millis
                            + " ms"),
                millis,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    if (state == State.WAITING) {
      closedEarly(ctx);
      over();
    }
    super.channelInactive(ctx);
  }

  /** The other end closed the connection instead of sending its greeting. */
  void closedEarly(ChannelHandlerContext ctx) {
    node.log().debug(() -> remoteName(ctx) + " closed before it sent a greeting");
  }

  @Override
  protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (state == State.OVER) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      Greeting greeting = Greeting.tryDecode(in);
      if (greeting != null) {
        over();
        greeted(ctx, greeting);
      }
    } catch (Greeting.UnsupportedVersionException e) {
      over();
      greetedInOtherVersion(ctx, e);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
      tlsFailed(ctx, tls.cause());
    }
    super.userEventTriggered(ctx, event);
  }

  /** Does not close: TLS does so itself, once it has told the other end why. */
  private void tlsFailed(ChannelHandlerContext ctx, Throwable cause) {
    if (state == State.OVER) {
      return;
    }
    if (cause instanceof ClosedChannelException) {
      closedEarly(ctx);
    } else {
      logRefusal(ctx, "TLS", Tls.reason(cause));
    }
    over();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    SSLException tlsFailure = Tls.failureIn(cause);
    if (tlsFailure != null) {
      // Also after the TLS handshake: who dialed learns only then that its certificate is refused.
      tlsFailed(ctx, tlsFailure);
      ctx.close();
    } else if (cause instanceof IOException) {
      if (state == State.WAITING) {
        closedEarly(ctx);
        over();
      }
      ctx.close();
    } else {
      reject(ctx, String.valueOf(cause.getMessage()));
    }
  }

  /** Closes the connection without an answer. */
  final void reject(ChannelHandlerContext ctx, String why) {
    over();
    logRefusal(ctx, "rejected", why);
    ctx.close();
  }

  final void logRefusal(ChannelHandlerContext ctx, String kind, String why) {
    node.log()
        .limitedWarn(
            "handshake|" + kind + "|" + remoteName(ctx),
            () ->
                "handshake failed remote="
                    + ctx.channel().remoteAddress()
                    + " "
                    + remoteName(ctx)
                    + " reason="
                    + kind
                    + ": "
                    + why);
  }

  /** Both ends know each other: from here on there are packets. */
  final void proceed(ChannelHandlerContext ctx, NodeId peer) {
    ctx.pipeline().addLast("frames", new FrameDecoder(peer, node.delivery(), node.log()));
    ctx.pipeline().remove(this);
  }

  private void over() {
    state = State.OVER;
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
