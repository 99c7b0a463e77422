package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.testkit.TcpProxy.Mode;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link TransportContract} on networks that break, stall and corrupt, and on strangers
 * that send anything.
 */
abstract class TransportFaults extends TransportSending {
  /** For how long a corrupted network is tried. */
  private static final Duration CORRUPTION = Duration.ofMillis(1_500);

  private static final int CUTS = 10;
  private static final int MIB = 1 << 20;

  /** What measurements of used memory may be wrong by, and what a transport has besides frames. */
  private static final long MEMORY_SLACK_BYTES = 48L << 20;

  private final List<TcpProxy> proxies = new ArrayList<>();

  @AfterEach
  final void closeProxies() {
    proxies.forEach(TcpProxy::close);
  }

  /** Starts nodes of which n1 and n2 reach each other only through proxies. */
  private List<TestNode> startBehindProxies(String... names) {
    assumeTrue(listensOnTcp(), "the author says that addresses are no TCP ports");
    Map<NodeId, String> members = members(names);
    List<TestNode> nodes = new ArrayList<>();
    for (String name : names) {
      Map<NodeId, String> seen = new HashMap<>(members);
      if (name.equals("n1")) {
        seen.computeIfPresent(new NodeId("n2"), (peer, address) -> proxyBefore(address));
      } else if (name.equals("n2")) {
        seen.computeIfPresent(new NodeId("n1"), (peer, address) -> proxyBefore(address));
      }
      nodes.add(start(name, seen));
    }
    connect(nodes.get(0), nodes.get(1));
    return nodes;
  }

  private String proxyBefore(String address) {
    TcpProxy proxy = TcpProxy.before(address);
    proxies.add(proxy);
    return proxy.address();
  }

  private void setMode(Mode mode) {
    proxies.forEach(proxy -> proxy.mode(mode));
  }

  /** Keeps what is wrong, which is all that these tests want to know. */
  private static void keepOnlyDamaged(List<TestNode> nodes) {
    for (TestNode node : nodes) {
      node.recorder().forget();
      node.recorder().keepOnly(received -> !TestFrames.isIntact(received.frame()));
    }
  }

  /** Connects first: what was on its way when a connection broke arrives a little later. */
  private void assertConnectedAndNoneDamaged(List<TestNode> nodes) {
    nodes.forEach(node -> node.recorder().keepOnly(received -> true));
    connect(nodes.get(0), nodes.get(1));
    for (TestNode node : nodes) {
      assertThat(node.recorder().received())
          .as("frames at %s", node.id())
          .allMatch(received -> TestFrames.isIntact(received.frame()), "is not damaged");
    }
  }

  @Test
  void shouldDropWhatWasCorruptedOnTheWay() {
    // given
    List<TestNode> nodes = startBehindProxies("n1", "n2");
    keepOnlyDamaged(nodes);

    // when
    setMode(Mode.CORRUPT);
    long end = System.nanoTime() + CORRUPTION.toNanos();
    long giveUp = end + patience().toNanos();
    while (System.nanoTime() - end < 0 || (flips() == 0 && System.nanoTime() - giveUp < 0)) {
      nodes.get(0).send(nodes.get(1), TestFrames.sealed(newSeed(), 10_000));
      nodes.get(1).send(nodes.get(0), TestFrames.sealed(newSeed()));
      LockSupport.parkNanos(500_000);
    }

    // then
    assertThat(flips()).as("bits changed; else this test has checked nothing").isPositive();
    setMode(Mode.FORWARD);
    assertConnectedAndNoneDamaged(nodes);
  }

  private long flips() {
    return proxies.stream().mapToLong(TcpProxy::flips).sum();
  }

  @Test
  void shouldDeliverOnlyWholeFramesWhenConnectionsBreak() {
    // given
    List<TestNode> nodes = startBehindProxies("n1", "n2");
    keepOnlyDamaged(nodes);

    for (int cut = 0; cut < CUTS; cut++) {
      // when: it is most likely in the middle of a frame
      for (int i = 0; i < 4; i++) {
        nodes.get(0).send(nodes.get(1), TestFrames.sealed(newSeed(), 4 * MIB));
        nodes.get(1).send(nodes.get(0), TestFrames.sealed(newSeed(), MIB));
      }
      LockSupport.parkNanos(Duration.ofMillis(2L * cut).toNanos());
      proxies.forEach(TcpProxy::cut);

      // then
      assertConnectedAndNoneDamaged(nodes);
      keepOnlyDamaged(nodes);
    }
  }

  @Test
  void shouldBoundMemoryAndNotBlockWhenAPeerDoesNotRead() {
    // given
    List<TestNode> nodes = startBehindProxies("n1", "n2");
    keepOnlyDamaged(nodes);
    setMode(Mode.STALL);
    final long before = usedBytes();

    // when: in each frame new bytes, as if each had been read from a file
    long toSend = maxOutboundBytes() + Math.max(3 * maxOutboundBytes(), 3 * MEMORY_SLACK_BYTES);
    for (long sent = 0; sent < toSend; sent += MIB) {
      ByteBuffer body = ByteBuffer.allocate(MIB);
      Frame frame = new Frame(Frame.Priority.BULK, ByteBuffer.allocate(Long.BYTES), List.of(body));
      nodes.get(0).send(nodes.get(1), frame);
    }

    // then
    patient()
        .until(
            "no more memory is used than "
                + maxOutboundBytes()
                + " bytes and what is measured in"
                + " error, after "
                + toSend
                + " bytes were sent",
            () -> usedBytes() - before < maxOutboundBytes() + MEMORY_SLACK_BYTES);
  }

  private static long usedBytes() {
    ManagementFactory.getMemoryMXBean().gc();
    long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getMemoryUsed();
    }
    return bytes;
  }

  @Test
  void shouldServeTheOthersWhenAPeerDoesNotRead() {
    // given
    List<TestNode> nodes = startBehindProxies("n1", "n2", "n3");
    setMode(Mode.STALL);

    // when
    for (long i = 0; i < 2 * maxOutboundBytes() / MIB; i++) {
      nodes.get(0).send(nodes.get(1), TestFrames.sealed(newSeed(), MIB));
    }

    // then
    connect(nodes.get(0), nodes.get(2));
    connect(nodes.get(1), nodes.get(2));
    nodes.get(0).close();
    connect(nodes.get(1), nodes.get(2));
  }

  @Test
  void shouldInventNoFramesFromHostileBytes() throws IOException {
    assumeTrue(listensOnTcp(), "the author says that addresses are no TCP ports");
    // given
    Map<NodeId, String> members = members("n1", "n2");
    TestNode node = start("n1", members);
    List<Socket> open = new ArrayList<>();
    try {
      for (byte[] hostile : hostileBytes()) {
        // when
        Socket socket = connectTo(String.valueOf(members.get(node.id())));
        open.add(socket);
        writeAsFarAsItGoes(socket, hostile);
      }

      // then: others are served meanwhile
      TestNode peer = start("n2", members);
      connect(node, peer);
      assertThat(node.recorder().received())
          .allMatch(received -> TestFrames.isIntact(received.frame()));
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static List<byte[]> hostileBytes() {
    List<byte[]> all = new ArrayList<>();
    all.add(new byte[0]);
    all.add("GET / HTTP/1.1\r\nHost: n1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    all.add(new byte[100_000]);
    byte[] ones = new byte[100_000];
    Arrays.fill(ones, (byte) 0xff);
    all.add(ones);
    all.add(ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).putInt(Integer.MAX_VALUE).array());
    for (int seed = 0; seed < 10; seed++) {
      all.add(SeededBytes.array(seed, 1 << (2 * seed)));
    }
    return all;
  }

  private static Socket connectTo(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    Socket socket = new Socket();
    socket.connect(
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    return socket;
  }

  private static void writeAsFarAsItGoes(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException refused) {
      // As it should be.
    }
  }
}
