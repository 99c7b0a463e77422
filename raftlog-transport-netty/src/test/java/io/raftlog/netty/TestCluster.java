package io.raftlog.netty;

import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Real transports on loopback, whose nodes are called n1, n2, and so on. */
final class TestCluster implements AutoCloseable {
  static final String ID = "test-cluster";

  /** Short enough for tests of silence, long enough for a busy machine. */
  static final Timing FAST =
      new Timing(
          Duration.ofMillis(500),
          Duration.ofMillis(100),
          Duration.ofMillis(600),
          Duration.ofMillis(10),
          Duration.ofMillis(100));

  /**
   * Reconnects soon, and does nothing else by itself while a test runs: no ping is sent, and
   * neither silence nor a slow handshake ends a connection. For tests of something else than time,
   * in which a thread may stand still for as long as a busy machine lets it.
   */
  static final Timing CALM =
      new Timing(
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofMillis(10),
          Duration.ofMillis(100));

  /**
   * Ports lie below the range out of which operating systems take those of outgoing connections.
   * With one from that range: 1. Nobody listens at a node's port, because the node has stopped, or
   * is the test's to play. 2. A peer dials it, and the operating system gives the connection the
   * very same port at its own end: it is connected to itself; or it gives the port to a connection
   * of anybody else. 3. Whoever wants to listen there cannot.
   */
  private static final int FIRST_PORT = 20_000;

  private static final int PORTS = 12_000;

  /** Begins anywhere, because another JVM may be doing the same. */
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  /** Like {@link #CALM}, but whoever does not answer pings is given up. */
  static final Timing SILENCE_ENDS =
      new Timing(
          CALM.handshake(),
          FAST.pingInterval(),
          FAST.silenceLimit(),
          CALM.minBackoff(),
          CALM.maxBackoff());

  /**
   * A host that does not resolve, whatever the machine's name service is: no name has a label of
   * more than 63 characters, so nobody is asked, and nobody can keep a test waiting for the answer.
   */
  static final String UNRESOLVABLE = "x".repeat(64) + ".invalid";

  private final UnaryOperator<NettyTransport.Builder> configuration;
  private final Map<NodeId, String> addresses;
  private final Map<NodeId, UUID> incarnations = new HashMap<>();

  /** In the order of their starts, in which they are closed too. */
  private final Map<NodeId, Member> members = new LinkedHashMap<>();

  /** A started transport and its listener. */
  record Member(NettyTransport transport, RecordingListener listener) {
    void send(String to, Frame frame) {
      transport.send(new NodeId(to), frame);
    }

    RunningTransport running() {
      return Objects.requireNonNull(transport.running());
    }

    PeerDialer dialer(String to) {
      return Objects.requireNonNull(running().dialer(new NodeId(to)));
    }
  }

  private TestCluster(
      Map<NodeId, String> addresses, UnaryOperator<NettyTransport.Builder> configuration) {
    this.addresses = addresses;
    this.configuration = configuration;
  }

  /** Starts so many nodes, with default settings, and waits until all are connected. */
  static TestCluster of(int nodes) {
    return of(nodes, builder -> builder);
  }

  static TestCluster of(int nodes, UnaryOperator<NettyTransport.Builder> configuration) {
    return startedOnFreePorts(nodes, nodes, configuration);
  }

  /** Like {@link #of}, but only n1 is started; the others are for the test to play. */
  static TestCluster alone(int nodes, UnaryOperator<NettyTransport.Builder> configuration) {
    return startedOnFreePorts(nodes, 1, configuration);
  }

  /** Another process may take a port between finding and binding it: then again with others. */
  private static TestCluster startedOnFreePorts(
      int nodes, int started, UnaryOperator<NettyTransport.Builder> configuration) {
    for (int attempt = 0; ; attempt++) {
      TestCluster cluster = new TestCluster(freeAddresses(nodes), configuration);
      try {
        for (int i = 1; i <= started; i++) {
          cluster.start("n" + i);
        }
        cluster.awaitConnected();
        return cluster;
      } catch (NodeStartException e) {
        cluster.close();
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  static Map<NodeId, String> freeAddresses(int nodes) {
    Map<NodeId, String> addresses = new HashMap<>();
    for (int i = 1; i <= nodes; i++) {
      addresses.put(new NodeId("n" + i), "127.0.0.1:" + freePort());
    }
    return addresses;
  }

  private static int freePort() {
    for (int attempt = 0; attempt < PORTS; attempt++) {
      int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new IllegalStateException("no free port from " + FIRST_PORT + " on");
  }

  /** NIO, and epoll where there is one. */
  static Set<IoBackend> backends() {
    return EnumSet.of(IoBackend.NIO, IoBackend.best());
  }

  Member start(String name) {
    return start(name, configuration);
  }

  /** Starts a node that is configured differently. */
  Member start(String name, UnaryOperator<NettyTransport.Builder> configuration) {
    NodeId id = new NodeId(name);
    RecordingListener listener = new RecordingListener();
    NettyTransport transport = configuration.apply(NettyTransport.builder()).build();
    transport.start(contextOf(name), listener);
    Member member = new Member(transport, listener);
    members.put(id, member);
    return member;
  }

  TransportContext contextOf(String name) {
    return new TransportContext(ID, new NodeId(name), incarnationOf(name), addresses);
  }

  UUID incarnationOf(String name) {
    return incarnations.computeIfAbsent(new NodeId(name), id -> UUID.randomUUID());
  }

  void stop(String name) {
    Member member = members.remove(new NodeId(name));
    if (member != null) {
      member.transport().close();
    }
  }

  /** Waits until every started node can send to every other one. */
  void awaitConnected() {
    await()
        .until(
            () ->
                members.entrySet().stream()
                    .allMatch(
                        member ->
                            members.keySet().stream()
                                .filter(peer -> !peer.equals(member.getKey()))
                                .allMatch(
                                    peer -> member.getValue().dialer(peer.value()).isConnected())));
  }

  Member node(String name) {
    Member member = members.get(new NodeId(name));
    if (member == null) {
      throw new IllegalArgumentException("not started: " + name);
    }
    return member;
  }

  int portOf(String name) {
    String address = addresses.getOrDefault(new NodeId(name), "");
    return Address.parse(address).port();
  }

  @Override
  public void close() {
    members.values().forEach(member -> member.transport().close());
  }
}
