package io.raftlog.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a transport has between its start and its close: threads, sockets, memory. Any
 * thread may call it.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class RunningTransport {
  /**
   * Netty's outbound buffer is filled again when less than this waits in it: 64 KiB, so that the
   * operating system never runs out of bytes in between.
   */
  private static final int LOW_WATER_BYTES = 64 << 10;

  /**
   * ... and filled up to this: 256 KiB, two of the largest packets, written by one system call.
   * What is in it cannot be overtaken by control frames.
   */
  private static final int HIGH_WATER_BYTES = 256 << 10;

  /**
   * The first read of a connection: 2 KiB, a greeting with room to spare. Together with the
   * greeting's own limit it bounds what a stranger can make this node keep.
   */
  private static final int FIRST_READ_BYTES = 2 << 10;

  private static final int MIN_READ_BYTES = 1 << 10;

  /** The longest read: 256 KiB. Reads grow to it while they are filled. */
  private static final int MAX_READ_BYTES = 256 << 10;

  /** Accepted by the operating system but not by us yet: members that reconnect, and some room. */
  private static final int BACKLOG = 128;

  /** Netty's own defaults: a chunk of 8 KiB << 9 = 4 MiB per event loop. */
  private static final int PAGE_BYTES = 8 << 10;

  private static final int CHUNK_ORDER = 9;

  /**
   * How long closing takes at most, in all: 4 seconds, of the few that {@link
   * io.raftlog.spi.Transport#close} promises. It takes milliseconds unless a listener blocks.
   */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final Settings settings;
  private final LocalNode node;
  private final LoopThreads threads;
  private final EventLoopGroup loops;
  private final PooledByteBufAllocator allocator;
  private final HostResolver resolver;

  /** All sockets, the listening one too. */
  private final ChannelGroup channels;

  private final Map<NodeId, PeerDialer> dialers = new HashMap<>();
  private final AtomicBoolean closing = new AtomicBoolean();

  private RunningTransport(Settings settings, TransportContext context, LocalNode node) {
    String prefix = "raftlog-" + context.self();
    int count = settings.eventLoopThreads();
    this.settings = settings;
    this.node = node;
    threads = new LoopThreads(prefix + "-net-");
    loops = newLoops(node, count, threads, settings.backend());
    allocator =
        new PooledByteBufAllocator(
            true,
            0,
            count,
            PAGE_BYTES,
            CHUNK_ORDER,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);
    channels = new DefaultChannelGroup(loops.next(), true);
    resolver =
        new HostResolver(HostResolver.daemons(prefix + "-dns-"), context.addresses().size() - 1);
  }

  /**
   * Binds, and begins to dial.
   *
   * @throws NodeStartException when an address is bad or taken; nothing is left open then
   */
  static RunningTransport start(
      Settings settings, TransportContext context, TransportListener listener) {
    Identity identity = Identity.of(context);
    Map<NodeId, Address> addresses = parse(context.addresses());
    Address own = addresses.get(context.self());
    Address bind = settings.bindAddress() != null ? settings.bindAddress() : own;
    if (bind == null) {
      throw new IllegalStateException("no address for " + context.self());
    }
    InetSocketAddress local = resolveLocal(context.self(), bind);

    NodeLogger log = new NodeLogger(context.self(), System::nanoTime);
    Delivery delivery = new Delivery(listener, log);
    Map<NodeId, PeerLink> links = new HashMap<>();
    for (NodeId peer : addresses.keySet()) {
      if (!peer.equals(context.self())) {
        links.put(peer, new PeerLink(peer, delivery, log));
      }
    }
    LocalNode node = new LocalNode(identity, links, settings, delivery, log);
    RunningTransport transport = new RunningTransport(settings, context, node);
    try {
      transport.bind(local, bind);
      transport.dial(addresses);
      return transport;
    } catch (Throwable e) {
      transport.release();
      throw e;
    }
  }

  private static EventLoopGroup newLoops(
      LocalNode node, int count, LoopThreads threads, IoBackend backend) {
    try {
      return new MultiThreadIoEventLoopGroup(count, threads, backend.ioHandlers());
    } catch (IllegalStateException e) {
      throw new NodeStartException(
          Reason.OTHER,
          "node "
              + node.identity().node()
              + " cannot wait for its sockets: "
              + (e.getCause() == null ? e : e.getCause())
              + "; see whether the process may open more files",
          e);
    }
  }

  private static Map<NodeId, Address> parse(Map<NodeId, String> texts) {
    Map<NodeId, Address> addresses = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    new TreeMap<>(texts)
        .forEach(
            (member, text) -> {
              try {
                addresses.put(member, Address.parse(text));
              } catch (IllegalArgumentException e) {
                faults.add("address \"" + text + "\" of member " + member + " " + e.getMessage());
              }
            });
    if (!faults.isEmpty()) {
      throw new NodeStartException(Reason.BAD_ADDRESS, String.join("; ", faults), null);
    }
    return addresses;
  }

  private static InetSocketAddress resolveLocal(NodeId self, Address bind) {
    try {
      return new InetSocketAddress(InetAddress.getByName(bind.host()), bind.port());
    } catch (UnknownHostException e) {
      throw new NodeStartException(
          Reason.BAD_ADDRESS,
          "node " + self + " cannot resolve its own address " + bind + "; set a bindAddress",
          e);
    }
  }

  private void bind(InetSocketAddress local, Address bind) {
    Lobby lobby = new Lobby(node.log());
    ServerBootstrap server =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(settings.backend().serverSockets())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channels.add(channel);
                    lobby.enter(channel);
                    Tls tls = settings.tls();
                    if (tls != null) {
                      tls.accept(channel);
                    }
                    channel.pipeline().addLast("handshake", new InboundHandshake(node, lobby));
                  }
                });
    ChannelFuture bound = server.bind(local).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw cannotBind(bind, bound.cause());
    }
    channels.add(bound.channel());
    node.log()
        .info(
            "listening address="
                + bind
                + " backend="
                + settings.backend()
                + (settings.tls() == null ? " tls=off" : " tls=on"));
  }

  private NodeStartException cannotBind(Address bind, Throwable cause) {
    // Both backends wrap the operating system's words, and neither has a type for each error.
    String said = String.valueOf(cause.getMessage());
    if (said.contains("ermission denied")) {
      return new NodeStartException(
          Reason.OTHER,
          "not allowed to listen on " + bind + ": " + said + "; use a port above 1023",
          cause);
    }
    String what = "node " + node.identity().node() + " cannot listen on " + bind + ": " + said;
    if (!(cause instanceof BindException)
        && !said.contains("ddress already in use")
        && !said.contains("assign requested address")) {
      return new NodeStartException(Reason.OTHER, what, cause);
    }
    return new NodeStartException(
        Reason.ADDRESS_IN_USE,
        what
            + "; stop the process that has the port, or, when other hosts reach this one by an"
            + " address that it does not have itself, set a bindAddress such as 0.0.0.0:"
            + bind.port(),
        cause);
  }

  private void dial(Map<NodeId, Address> addresses) {
    Bootstrap bootstrap =
        new Bootstrap()
            .channelFactory(settings.backend().sockets())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.ALLOCATOR, allocator)
            .option(ChannelOption.RECVBUF_ALLOCATOR, reads())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis());
    addresses.forEach(
        (peer, address) -> {
          PeerLink link = node.links().get(peer);
          if (link != null) {
            PeerDialer dialer =
                new PeerDialer(node, link, address, resolver, loops.next(), bootstrap, channels);
            dialers.put(peer, dialer);
            link.whenDialedIn(dialer::peerIsThere);
          }
        });
    dialers.values().forEach(PeerDialer::start);
  }

  private static AdaptiveRecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES);
  }

  private static WriteBufferWaterMark waterMark() {
    return new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES);
  }

  void send(NodeId to, Frame frame) {
    PeerDialer dialer = dialers.get(to);
    if (dialer == null) {
      node.log().debug(() -> "dropping a frame to " + to + ", which is no other member");
      return;
    }
    dialer.send(frame);
  }

  /** The peer's dialer, or null; for tests, like the two figures below. */
  @Nullable PeerDialer dialer(NodeId peer) {
    return dialers.get(peer);
  }

  /** The direct memory that the connections' buffers are cut from, in bytes. */
  long pooledBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /** The direct memory that is in use by buffers just now, in bytes. */
  long pinnedBytes() {
    return allocator.pinnedDirectMemory();
  }

  /** Stops everything, and waits for it unless called from one of the threads that it ends. */
  void close() {
    if (closing.compareAndSet(false, true)) {
      node.log().info("closing");
      release();
    } else {
      // Closing a socket again, after its event loop has ended, would wait for what never comes.
      awaitEnd(System.nanoTime() + CLOSE_NANOS);
    }
  }

  private void release() {
    long deadlineNanos = System.nanoTime() + CLOSE_NANOS;
    node.delivery().stop();
    dialers.values().forEach(PeerDialer::stop);
    resolver.close();
    // 1. An event loop closes its sockets when it notices, between waiting and running tasks, that
    // it is to end. 2. Told to end while it runs tasks, it ends after them. 3. Then the sockets
    // stay open for ever, and the port taken. So they are closed first; the group closes at once
    // what comes late.
    ChannelGroupFuture closed = channels.close();
    if (!threads.isCurrent()) {
      closed.awaitUninterruptibly(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    loops.shutdownGracefully(0, CLOSE_NANOS, TimeUnit.NANOSECONDS);
    awaitEnd(deadlineNanos);
  }

  /** Waits until the threads have ended, unless called from one of them. */
  private void awaitEnd(long deadlineNanos) {
    if (!threads.isCurrent()) {
      loops
          .terminationFuture()
          .awaitUninterruptibly(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      threads.join(deadlineNanos);
    }
  }
}
