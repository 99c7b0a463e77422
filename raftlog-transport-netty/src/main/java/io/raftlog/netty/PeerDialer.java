package io.raftlog.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.util.concurrent.ScheduledFuture;
import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to one member and sends frames over it. Any thread calls {@link #send} and
 * {@link #stop}; all else is owned by the member's event loop, on which the connection lives too.
 *
 * <p>It resolves, connects and introduces itself, waits until the connection ends, waits a little,
 * and begins again. A name with several addresses is tried one address after the other.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class PeerDialer {
  private final LocalNode node;
  private final PeerLink link;
  private final NodeId peer;
  private final Address address;
  private final HostResolver resolver;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final Backoff backoff;
  private final LongAdder dropped = new LongAdder();

  private volatile @Nullable FrameSender sender;
  private volatile boolean stopped;
  private int failures;
  private long introducedNanos;
  private volatile @Nullable ScheduledFuture<?> retrying;

  /** The bootstrap has everything but its loop and its handler; sockets are added to the group. */
  PeerDialer(
      LocalNode node,
      PeerLink link,
      Address address,
      HostResolver resolver,
      EventLoop loop,
      Bootstrap bootstrap,
      ChannelGroup channels) {
    this.node = node;
    this.link = link;
    this.peer = link.peer();
    this.address = address;
    this.resolver = resolver;
    this.loop = loop;
    this.backoff =
        new Backoff(node.settings().timing().minBackoff(), node.settings().timing().maxBackoff());
    this.bootstrap =
        bootstrap
            .clone(loop)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channels.add(channel);
                    Tls tls = node.settings().tls();
                    if (tls != null) {
                      tls.dial(channel, address);
                    }
                    channel
                        .pipeline()
                        .addLast("handshake", new OutboundHandshake(node, PeerDialer.this, peer));
                  }
                });
  }

  void start() {
    loop.execute(this::dial);
  }

  /** Sends the frame or drops it; neither blocks nor throws. */
  void send(Frame frame) {
    FrameSender current = sender;
    if (current == null) {
      dropped.increment();
      return;
    }
    try {
      if (!current.trySend(frame)) {
        queueIsFull(current);
      }
    } catch (RejectedExecutionException closed) {
      dropped.increment();
    }
  }

  private void queueIsFull(FrameSender current) {
    dropped.increment();
    node.log()
        .limitedWarn(
            "full|" + peer,
            () ->
                "peer="
                    + peer
                    + " outbound queue is full, dropping frames queuedBytes="
                    + current.queuedBytes()
                    + " limitBytes="
                    + node.settings().maxOutboundBytesPerPeer()
                    + " droppedFrames="
                    + dropped.sum());
  }

  /** How many frames were dropped because of no connection or a full queue. */
  long droppedFrames() {
    return dropped.sum();
  }

  /** What waits for the connection, in bytes. */
  long queuedBytes() {
    FrameSender current = sender;
    return current == null ? 0 : current.queuedBytes();
  }

  boolean isConnected() {
    return sender != null;
  }

  /** Whether it waits before the next attempt; for tests. */
  boolean isRetrying() {
    return retrying != null;
  }

  /** No further attempt to connect is made after this. */
  void stop() {
    stopped = true;
    sender = null;
  }

  /**
   * The peer has just dialed this node, so it is there: an attempt that waits for its turn because
   * the last one could not connect is made now. Otherwise a member that was away for long would
   * hear nothing for up to the longest backoff after it is back. A connection that was lost again
   * is not hurried: two members would do so to each other without end. Any thread.
   */
  void peerIsThere() {
    loop.execute(
        () -> {
          ScheduledFuture<?> waiting = retrying;
          if (waiting != null && failures > 0 && waiting.cancel(false)) {
            dial();
          }
        });
  }

  private void dial() {
    retrying = null;
    if (stopped) {
      return;
    }
    try {
      resolver.resolve(address).whenCompleteAsync(this::resolved, loop);
    } catch (Throwable e) {
      // Whatever it was, nobody else would try again.
      failed(e);
    }
  }

  private void resolved(@Nullable List<InetAddress> found, @Nullable Throwable error) {
    if (stopped) {
      return;
    }
    if (found == null) {
      failed(error);
      return;
    }
    try {
      connect(found.get(Math.floorMod(failures, found.size())));
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void connect(InetAddress next) {
    bootstrap
        .connect(new InetSocketAddress(next, address.port()))
        .addListener(
            (ChannelFuture connected) -> {
              if (connected.isSuccess()) {
                connected.channel().closeFuture().addListener(closed -> ended());
              } else if (loop.inEventLoop()) {
                failed(connected.cause());
              } else {
                // Without a free file descriptor there is no channel, and so no loop, to tell it.
                loop.execute(() -> failed(connected.cause()));
              }
            });
  }

  private void failed(@Nullable Throwable error) {
    if (stopped) {
      return;
    }
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    node.log()
        .limitedWarn(
            "dial|" + peer,
            () -> "peer=" + peer + " address=" + address + " cannot connect, retrying: " + cause);
    failures++;
    retry();
  }

  /** The handshake succeeded: frames may go. On the event loop. */
  void introduced(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    Liveness liveness = new Liveness(node.log(), peer, node.settings().timing());
    long maxBytes = node.settings().maxOutboundBytesPerPeer();
    FrameSender made = new FrameSender(channel, liveness, maxBytes, node.delivery(), node.log());
    ctx.pipeline().addLast("liveness", liveness).addLast("sender", made);
    link.opened(channel);
    introducedNanos = System.nanoTime();
    failures = 0;
    sender = made;
    if (stopped) {
      sender = null;
    }
  }

  private void ended() {
    boolean introduced = sender != null;
    sender = null;
    if (!introduced) {
      failures++;
    } else if (System.nanoTime() - introducedNanos
        >= node.settings().timing().maxBackoff().toNanos()) {
      // Only then: a connection that is welcomed and lost at once must not be retried in a frenzy.
      backoff.reset();
    }
    retry();
  }

  private void retry() {
    if (!stopped) {
      retrying = loop.schedule(this::dial, backoff.nextNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
