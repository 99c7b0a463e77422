package io.raftlog.netty;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames between nodes over TCP, encrypted or not.
 *
 * <pre>{@code
 * RaftLogNode.builder("n1").transport(NettyTransport.builder().build())
 * }</pre>
 *
 * <p>Addresses are {@code host:port}, for instance {@code 10.0.0.1:7400}, {@code
 * n1.example.org:7400} or {@code [2001:db8::1]:7400}. Names are resolved again at each attempt to
 * connect. Each node dials each other member and keeps trying for ever, with growing, jittered
 * pauses of 50 ms to 2 s; a peer that falls silent without closing its connection is noticed after
 * about 5 s.
 *
 * <p>Before anything else both ends of a connection tell each other protocol version, cluster, node
 * ids and incarnation; a peer that does not fit is refused, and the log says once a minute why. Two
 * running processes with the same node id and incarnation are not both let in: the second one is
 * refused for as long as the first one lives. Every frame carries checksums, and a connection on
 * which one does not match is closed.
 *
 * <p>Without {@link Builder#tls} the bytes are not encrypted and peers are not authenticated: use
 * it on a network that only trusted machines can reach. With it every connection is TLS, and only
 * who has a certificate that the other end trusts gets as far as the introduction.
 *
 * <p>Control frames overtake bulk frames, also in the middle of a large one. Frames of one priority
 * from one node to another arrive in the order of their {@link #send} calls, unless a connection
 * breaks in between, which loses some. Listener calls come from this transport's threads, named
 * {@code raftlog-<node>-net-<n>}; with more than one of them, several calls may be under way.
 *
 * <p>Instances are independent of each other. Thread-safe.
 */
public final class NettyTransport implements Transport {
  private final Settings settings;
  private final ReentrantLock lifecycle = new ReentrantLock();
  private State state = State.NEW;

  /** Set by start, and kept when closed: its own methods are harmless then. */
  private volatile @Nullable RunningTransport running;

  private enum State {
    NEW,
    STARTED,
    CLOSED
  }

  private NettyTransport(Settings settings) {
    this.settings = settings;
  }

  /**
   * Begins to configure a transport; everything has a default.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Listens and begins to dial the other members.
   *
   * <p>Blocks while the own address is resolved, when it is a name, and bound.
   *
   * @param context who this node is and where the others are
   * @param listener where received frames go, on this transport's threads
   * @throws NodeStartException with reason {@code BAD_ADDRESS} when a member's address is no {@code
   *     host:port}, or this node's own cannot be resolved; with {@code ADDRESS_IN_USE} when another
   *     socket has the address or it is not one of this machine's. Nothing is left open then, and
   *     this transport is closed
   * @throws IllegalArgumentException when the cluster id is longer than 512 bytes in UTF-8
   * @throws IllegalStateException when it was started or closed before
   */
  @Override
  public void start(TransportContext context, TransportListener listener) {
    lifecycle.lock();
    try {
      if (state != State.NEW) {
        throw new IllegalStateException("a transport starts once, but this one is " + state);
      }
      // Closed unless the start succeeds.
      state = State.CLOSED;
      running = RunningTransport.start(settings, context, listener);
      state = State.STARTED;
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Queues a frame for a member, or drops it: when there is no connection to the member, its queue
   * is full, it is unknown, or this transport is not running.
   *
   * <p>From any thread; neither blocks nor throws. The frame's buffers must not change until it was
   * sent, of which there is no notice; they are read on this transport's threads.
   */
  @Override
  public void send(NodeId to, Frame frame) {
    RunningTransport current = running;
    if (current != null) {
      current.send(to, frame);
    }
  }

  /**
   * Closes every connection and ends every thread. What is queued is dropped.
   *
   * <p>From any thread. Blocks until that is done, usually a few milliseconds; called by the
   * listener itself it cannot wait for the thread that it is called on, and returns early. A lookup
   * of a host name that hangs in the operating system is not waited for longer than half a second.
   */
  @Override
  public void close() {
    RunningTransport current;
    lifecycle.lock();
    try {
      state = State.CLOSED;
      current = running;
    } finally {
      lifecycle.unlock();
    }
    // Not under the lock: the listener may close too, on a thread that is waited for here.
    if (current != null) {
      current.close();
    }
  }

  /** What runs between start and close, for tests. */
  @Nullable RunningTransport running() {
    return running;
  }

  /** Configures a transport. Not thread-safe. */
  public static final class Builder {
    /**
     * One thread. It moves about a gigabyte a second, so a node's network is faster only from about
     * 10 Gbit/s on; and an embedded library should not take more threads than it needs. With {@link
     * #tls} and the JDK's provider it is about a third of that.
     */
    public static final int DEFAULT_EVENT_LOOP_THREADS = 1;

    /**
     * 2 seconds: enough for one lost SYN, which is sent again after a second, and short enough to
     * come to the next address of a name soon.
     */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /**
     * 64 MiB, in bytes: two frames of maximal size, or half a second of a 1 Gbit/s network. A peer
     * that is further behind is better served anew than with a longer queue.
     */
    public static final long DEFAULT_MAX_OUTBOUND_BYTES_PER_PEER = 64L << 20;

    /**
     * 36 MiB, in bytes: with less, the largest frame would never fit beside the sixteenth that is
     * kept free for control frames.
     */
    public static final long MIN_MAX_OUTBOUND_BYTES_PER_PEER = 36L << 20;

    /** 64: more than any machine's network needs; more is a typing error. */
    public static final int MAX_EVENT_LOOP_THREADS = 64;

    private @Nullable String bindAddress;
    private int eventLoopThreads = DEFAULT_EVENT_LOOP_THREADS;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private long maxOutboundBytesPerPeer = DEFAULT_MAX_OUTBOUND_BYTES_PER_PEER;
    private @Nullable Tls tls;
    private Timing timing = Timing.DEFAULT;
    private IoBackend backend = IoBackend.best();

    private Builder() {}

    /**
     * Where to listen, when that is not what the other members call this node: in a container, or
     * behind address translation. For instance {@code 0.0.0.0:7400}.
     *
     * @param bindAddress {@code host:port}; default: the node's own address among the members
     * @return this builder
     */
    public Builder bindAddress(String bindAddress) {
      this.bindAddress = bindAddress;
      return this;
    }

    /**
     * How many threads move bytes.
     *
     * @param eventLoopThreads 1 to {@link #MAX_EVENT_LOOP_THREADS}; default {@link
     *     #DEFAULT_EVENT_LOOP_THREADS}
     * @return this builder
     */
    public Builder eventLoopThreads(int eventLoopThreads) {
      this.eventLoopThreads = eventLoopThreads;
      return this;
    }

    /**
     * How long one attempt to connect may take until it has failed and the next one is due.
     *
     * @param connectTimeout 1 ms to 1 hour; default {@link #DEFAULT_CONNECT_TIMEOUT}
     * @return this builder
     */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = connectTimeout;
      return this;
    }

    /**
     * How many bytes of frames may wait for one peer; further frames are dropped. Counted are the
     * frames' bytes and 160 more for each frame.
     *
     * @param maxOutboundBytesPerPeer at least {@link #MIN_MAX_OUTBOUND_BYTES_PER_PEER}; default
     *     {@link #DEFAULT_MAX_OUTBOUND_BYTES_PER_PEER}
     * @return this builder
     */
    public Builder maxOutboundBytesPerPeer(long maxOutboundBytesPerPeer) {
      this.maxOutboundBytesPerPeer = maxOutboundBytesPerPeer;
      return this;
    }

    /**
     * Encrypts every connection, in both directions, and demands a certificate of both ends.
     *
     * <pre>{@code
     * SslContext forDialing =
     *     SslContextBuilder.forClient().keyManager(chain, key).trustManager(authority).build();
     * SslContext forAccepting =
     *     SslContextBuilder.forServer(chain, key).trustManager(authority).build();
     * }</pre>
     *
     * <p>There is no falling back: a node with TLS and one without do not connect, and the logs of
     * both say so.
     *
     * <p><b>Certificates.</b> A node uses its certificate for both roles. It must have, as a
     * subject alternative name, the host of the node's address among the members: as an IP address
     * when it is one, else as a DNS name. Whoever dials the node checks that, because Netty's
     * client contexts do unless told otherwise ({@link
     * SslContextBuilder#endpointIdentificationAlgorithm}). Whoever accepts does not check it: it
     * demands a certificate that its context trusts, whatever the context says of client
     * authentication, before it reads a hello.
     *
     * <p><b>Whom to trust.</b> Give both contexts a {@code trustManager}, best with an authority
     * that is only for this cluster. A context without one trusts the public authorities that the
     * JDK knows, and so whoever has a certificate of one of those.
     *
     * <p><b>A certificate says who may be a member, not which one.</b> Whoever has one that is
     * trusted can introduce itself under any node id, also one that is not its own.
     *
     * <p>The contexts may be of the JDK's provider or of OpenSSL's (netty-tcnative). They stay the
     * application's: they may be shared by transports, must be usable until those are closed, and
     * are not released by them. Handshakes are computed on this transport's threads, as is what a
     * trust manager does; one that asks the network holds up all connections of a thread.
     *
     * @param forDialing a client's context, for the connections that this node dials; of {@link
     *     SslContextBuilder}, since one that wraps a {@code javax.net.ssl.SSLContext} checks no
     *     host names
     * @param forAccepting a server's context, for the connections that it accepts, and for nothing
     *     else: with OpenSSL, a TLS 1.2 session that began at a port which demands no certificate
     *     could be resumed at this one
     * @return this builder
     */
    public Builder tls(SslContext forDialing, SslContext forAccepting) {
      tls = new Tls(forDialing, forAccepting);
      return this;
    }

    /** Shortens what tests would wait for. */
    Builder timing(Timing timing) {
      this.timing = timing;
      return this;
    }

    /** Chooses the backend, for tests. */
    Builder backend(IoBackend backend) {
      this.backend = backend;
      return this;
    }

    /**
     * Checks the configuration. Opens nothing yet.
     *
     * @return a transport that is not started
     * @throws IllegalArgumentException when a value is out of its range; the message names all that
     *     are
     */
    public NettyTransport build() {
      List<String> faults = new ArrayList<>();
      if (eventLoopThreads < 1 || eventLoopThreads > MAX_EVENT_LOOP_THREADS) {
        faults.add(
            "eventLoopThreads " + eventLoopThreads + " must be 1 to " + MAX_EVENT_LOOP_THREADS);
      }
      if (connectTimeout.compareTo(Duration.ofMillis(1)) < 0
          || connectTimeout.compareTo(Duration.ofHours(1)) > 0) {
        faults.add("connectTimeout " + connectTimeout + " must be 1 ms to 1 hour");
      }
      if (maxOutboundBytesPerPeer < MIN_MAX_OUTBOUND_BYTES_PER_PEER) {
        faults.add(
            "maxOutboundBytesPerPeer "
                + maxOutboundBytesPerPeer
                + " must be at least "
                + MIN_MAX_OUTBOUND_BYTES_PER_PEER
                + ", or the largest frame would never fit");
      }
      if (tls != null) {
        faults.addAll(tls.faults());
      }
      Address bind = parseBindAddress(faults);
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", faults));
      }
      return new NettyTransport(
          new Settings(
              bind,
              eventLoopThreads,
              connectTimeout,
              maxOutboundBytesPerPeer,
              timing,
              backend,
              tls));
    }

    private @Nullable Address parseBindAddress(List<String> faults) {
      if (bindAddress == null) {
        return null;
      }
      try {
        return Address.parse(bindAddress);
      } catch (IllegalArgumentException e) {
        faults.add("bindAddress \"" + bindAddress + "\" " + e.getMessage());
        return null;
      }
    }
  }
}
