package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.raftlog.NodeId;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the other end of a connection is gone although TCP does not say so: its host lost
 * power, a firewall forgot the connection, the process stands still. Owned by the connection's
 * event loop.
 *
 * <p>After an interval without a received byte it sends a ping, which the other end answers;
 * without an answer within the limit the connection is closed. A slow network or a slow peer is not
 * a dead one, and the ping may have megabytes of frames before it: so the time starts anew whenever
 * the operating system takes bytes after it had refused some, because then the other end has taken
 * others. That it takes bytes is no sign of life otherwise: it takes megabytes for a dead peer.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class Liveness extends ChannelInboundHandlerAdapter {
  private enum Ping {
    NONE,
    UNANSWERED
  }

  private final NodeLogger log;
  private final NodeId peer;
  private final long intervalNanos;
  private final long limitNanos;
  private Ping ping = Ping.NONE;
  private long lastReadNanos;
  private long waitingSinceNanos;
  private long lastTickNanos;
  private volatile @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> timer;

  Liveness(NodeLogger log, NodeId peer, Timing timing) {
    this.log = log;
    this.peer = peer;
    intervalNanos = timing.pingInterval().toNanos();
    limitNanos = timing.silenceLimit().toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    lastReadNanos = System.nanoTime();
    lastTickNanos = lastReadNanos;
    schedule(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    lastReadNanos = System.nanoTime();
    ping = Ping.NONE;
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stop();
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** The operating system took bytes of frames that it had refused before. */
  void progressed() {
    waitingSinceNanos = System.nanoTime();
  }

  /** Asks for a sign of life now. From any thread. */
  void probe() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.executor().execute(() -> sendPing(ctx));
    }
  }

  private void schedule(ChannelHandlerContext ctx) {
    timer = ctx.executor().schedule(() -> tick(ctx), intervalNanos, TimeUnit.NANOSECONDS);
  }

  private void tick(ChannelHandlerContext ctx) {
    long now = System.nanoTime();
    if (now - lastTickNanos > 2 * intervalNanos) {
      // It was this process that stood still; the answer may be here, unread.
      waitingSinceNanos = now;
    }
    lastTickNanos = now;
    if (ping != Ping.NONE && now - waitingSinceNanos >= limitNanos) {
      log.limitedWarn(
          "silent|" + peer,
          () ->
              "peer="
                  + peer
                  + " closing a silent connection silentMillis="
                  + TimeUnit.NANOSECONDS.toMillis(now - lastReadNanos));
      ctx.close();
      return;
    }
    if (now - lastReadNanos >= intervalNanos) {
      sendPing(ctx);
    }
    schedule(ctx);
  }

  private void sendPing(ChannelHandlerContext ctx) {
    if (ping != Ping.NONE || !ctx.channel().isActive()) {
      return;
    }
    ping = Ping.UNANSWERED;
    waitingSinceNanos = System.nanoTime();
    ctx.writeAndFlush(packet(ctx, PacketHeader.Type.PING));
  }

  /** Answers a ping, unless so much waits already that the other end will hear enough anyway. */
  static void answerPing(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      ctx.writeAndFlush(packet(ctx, PacketHeader.Type.PONG));
    }
  }

  private static ByteBuf packet(ChannelHandlerContext ctx, PacketHeader.Type type) {
    ByteBuf out = ctx.alloc().directBuffer(PacketHeader.BYTES).writeZero(PacketHeader.BYTES);
    PacketHeader.signal(type).set(out, 0, new CRC32C());
    return out;
  }
}
