package io.raftlog.netty;

import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
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

  private final UnaryOperator<NettyTransport.Builder> configuration;
  private final Map<NodeId, String> addresses;
  private final Map<NodeId, UUID> incarnations = new HashMap<>();
  private final Map<NodeId, Member> members = new HashMap<>();

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
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 1; i <= nodes; i++) {
        ServerSocket socket = new ServerSocket(0);
        sockets.add(socket);
        addresses.put(new NodeId("n" + i), "127.0.0.1:" + socket.getLocalPort());
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return addresses;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** NIO, and epoll where there is one. */
  static Set<IoBackend> backends() {
    return EnumSet.of(IoBackend.NIO, IoBackend.best());
  }

  Member start(String name) {
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
