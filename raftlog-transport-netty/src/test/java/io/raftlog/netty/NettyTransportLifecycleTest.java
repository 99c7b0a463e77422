package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.Frame.Priority;
import io.raftlog.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class NettyTransportLifecycleTest {
  @Test
  void shouldCloseBeforeStartAndRefuseToStartThen() {
    // given
    NettyTransport transport = NettyTransport.builder().build();
    transport.send(new NodeId("n2"), Frames.control("dropped"));

    // when
    transport.close();
    transport.close();

    // then
    transport.send(new NodeId("n2"), Frames.control("dropped"));
    assertThatThrownBy(() -> transport.start(context("127.0.0.1:7400"), new RecordingListener()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("CLOSED");
  }

  @Test
  void shouldStartOnlyOnce() {
    try (TestCluster cluster = TestCluster.of(1)) {
      assertThatThrownBy(
              () ->
                  cluster
                      .node("n1")
                      .transport()
                      .start(cluster.contextOf("n1"), new RecordingListener()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("STARTED");
    }
  }

  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldLeaveNothingBehindWhenClosedInTheMiddleOfTraffic(IoBackend backend) throws Exception {
    // given: two nodes that send as fast as they can
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong callsAfterClose = new AtomicLong();
    AtomicBoolean closed = new AtomicBoolean();
    CountDownLatch traffic = new CountDownLatch(1_000);
    TestCluster cluster = TestCluster.of(2, builder -> builder.backend(backend));
    TestCluster.Member first = cluster.node("n1");
    TestCluster.Member second = cluster.node("n2");
    first
        .listener()
        .handTo(
            (from, frame) -> {
              traffic.countDown();
              if (closed.get()) {
                callsAfterClose.incrementAndGet();
              }
            });
    second.listener().handTo((from, frame) -> {});
    Thread sender =
        new Thread(
            () -> {
              while (!stop.get()) {
                first.send("n2", Frames.bulk("entries", Frames.random(10_000, 8)));
                second.send("n1", Frames.numbered(Priority.BULK, 0));
              }
            });
    sender.start();
    traffic.await();
    RunningTransport running = first.running();

    // when
    first.transport().close();
    closed.set(true);

    // then
    assertThat(threadsOf("n1")).isZero();
    assertThat(running.pinnedBytes()).isZero();
    await().until(() -> second.listener().disconnected().size() == 1);
    stop.set(true);
    sender.join();
    cluster.close();
    cluster.close();
    assertThat(threadsOf("n2")).isZero();
    assertThat(callsAfterClose).hasValue(0);
    assertThat(first.listener().disconnected()).isEmpty();
  }

  /** Seen: an event loop that was told to end in the wrong moment left its sockets open. */
  @Test
  void shouldFreeItsPortWhenClosed() throws Exception {
    // given: somebody who always connects
    TestCluster cluster = TestCluster.alone(2, builder -> builder.timing(TestCluster.FAST));
    int port = cluster.portOf("n1");
    AtomicBoolean stop = new AtomicBoolean();
    Thread stranger =
        new Thread(
            () -> {
              while (!stop.get()) {
                try (RawPeer peer = RawPeer.dial(port)) {
                  peer.write(new byte[1]);
                } catch (IOException nobodyListensJustNow) {
                  Thread.onSpinWait();
                }
              }
            });
    stranger.start();
    try {
      for (int i = 0; i < 100; i++) {
        // when
        cluster.stop("n1");

        // then
        cluster.start("n1");
      }
    } finally {
      stop.set(true);
      stranger.join();
      cluster.close();
    }
  }

  @Test
  void shouldCloseFromWithinTheListener() {
    // given
    try (TestCluster cluster = TestCluster.of(2)) {
      TestCluster.Member second = cluster.node("n2");
      AtomicLong calls = new AtomicLong();
      second
          .listener()
          .handTo(
              (from, frame) -> {
                calls.incrementAndGet();
                second.transport().close();
              });

      // when
      for (int i = 0; i < 10; i++) {
        cluster.node("n1").send("n2", Frames.control("close yourself"));
      }

      // then
      await().until(() -> threadsOf("n2") == 0);
      assertThat(calls).hasValue(1);
    }
  }

  /** Four seconds, and what a busy machine adds, but not for ever. */
  @Test
  void shouldNotWaitLongForAListenerThatBlocks() throws Exception {
    // given
    try (TestCluster cluster = TestCluster.of(2)) {
      TestCluster.Member second = cluster.node("n2");
      CountDownLatch blocked = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      second
          .listener()
          .handTo(
              (from, frame) -> {
                blocked.countDown();
                awaitGo(go);
              });
      cluster.node("n1").send("n2", Frames.control("block"));
      blocked.await();

      // when
      long before = System.nanoTime();
      second.transport().close();
      final Duration took = Duration.ofNanos(System.nanoTime() - before);
      go.countDown();

      // then
      assertThat(took).isLessThan(Duration.ofSeconds(30));
      await().until(() -> threadsOf("n2") == 0);
    }
  }

  private static void awaitGo(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldKeepAnInterruptForTheCaller() {
    // given
    TestCluster cluster = TestCluster.of(2);

    // when
    Thread.currentThread().interrupt();
    cluster.close();

    // then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(threadsOf("n1") + threadsOf("n2")).isZero();
  }

  @Test
  void shouldNameItsThreadsAfterTheNode() {
    try (TestCluster cluster = TestCluster.of(2, builder -> builder.eventLoopThreads(1))) {
      assertThat(cluster.node("n1").running()).isNotNull();
      assertThat(threadsOf("n1")).isEqualTo(1);
      assertThat(threadsOf("n2")).isEqualTo(1);
    }
  }

  private static long threadsOf(String node) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("raftlog-" + node + "-"))
        .count();
  }

  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldSayThatThePortIsTaken(IoBackend backend) throws IOException {
    // given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      NettyTransport transport = NettyTransport.builder().backend(backend).build();

      // when, then
      assertThatThrownBy(() -> transport.start(context(address), new RecordingListener()))
          .isInstanceOfSatisfying(
              NodeStartException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.ADDRESS_IN_USE))
          .hasMessageContainingAll(address, "stop the process", "bindAddress");
      assertThat(threadsOf("n1")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldSayThatTheAddressIsNotOfThisMachine(IoBackend backend) {
    // given: an address of the documentation's network
    NettyTransport transport = NettyTransport.builder().backend(backend).build();

    // when, then
    assertThatThrownBy(() -> transport.start(context("192.0.2.1:7400"), new RecordingListener()))
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ADDRESS_IN_USE))
        .hasMessageContainingAll("192.0.2.1:7400", "0.0.0.0:7400");
  }

  /** A link-local address says nothing without its interface. */
  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldNotCallAnAddressTakenThatCannotBeBoundForAnotherReason(IoBackend backend) {
    NettyTransport transport = NettyTransport.builder().backend(backend).build();

    assertThatThrownBy(
            () -> transport.start(context("[fe80::7a1f:10c0]:7400"), new RecordingListener()))
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OTHER))
        .hasMessageContainingAll("node n1", "[fe80::7a1f:10c0]:7400");
    assertThat(threadsOf("n1")).isZero();
  }

  @Test
  void shouldListenOnTheBindAddress() {
    // given: the members call n1 by an address that is not one of this machine's
    Map<NodeId, String> addresses = TestCluster.freeAddresses(1);
    String bind = addresses.getOrDefault(new NodeId("n1"), "");
    try (CapturedLog log = new CapturedLog();
        NettyTransport transport = NettyTransport.builder().bindAddress(bind).build()) {
      // when
      transport.start(context("192.0.2.1:7400"), new RecordingListener());

      // then
      assertThat(log.linesWith("node=n1", "listening address=" + bind)).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "n1, nohost",
    "n2, ''",
    "n2, host:",
    "n2, host:0",
    "n2, host:65536",
    "n1, ::1:7400",
    "n2, [::1:7400",
    "n2, 300.1.1.1:7400",
    "n2, 'ho st:7400'"
  })
  void shouldNameTheMemberWhoseAddressIsBad(String member, String bad) {
    // given
    Map<NodeId, String> addresses = TestCluster.freeAddresses(2);
    addresses.put(new NodeId(member), bad);
    TransportContext context =
        new TransportContext(TestCluster.ID, new NodeId("n1"), UUID.randomUUID(), addresses);

    // when, then
    assertThatThrownBy(
            () -> NettyTransport.builder().build().start(context, new RecordingListener()))
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_ADDRESS))
        .hasMessageContainingAll("\"" + bad + "\"", "member " + member);
  }

  @Test
  void shouldSayThatItsOwnNameDoesNotResolve() {
    String address = TestCluster.UNRESOLVABLE + ":7400";

    assertThatThrownBy(
            () -> NettyTransport.builder().build().start(context(address), new RecordingListener()))
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_ADDRESS))
        .hasMessageContaining(address);
  }

  @Test
  void shouldRefuseAClusterIdThatDoesNotFitAGreeting() {
    TransportContext context =
        new TransportContext(
            "c".repeat(513),
            new NodeId("n1"),
            UUID.randomUUID(),
            Map.of(new NodeId("n1"), "127.0.0.1:7400"));

    assertThatThrownBy(
            () -> NettyTransport.builder().build().start(context, new RecordingListener()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("513", "512");
  }

  @Test
  void shouldNameAllFaultsOfTheConfiguration() {
    UnaryOperator<NettyTransport.Builder> wrong =
        builder ->
            builder
                .bindAddress("nowhere")
                .eventLoopThreads(0)
                .connectTimeout(Duration.ZERO)
                .maxOutboundBytesPerPeer(1 << 20);

    assertThatThrownBy(() -> wrong.apply(NettyTransport.builder()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "bindAddress \"nowhere\"",
            "eventLoopThreads 0",
            "connectTimeout PT0S",
            "maxOutboundBytesPerPeer 1048576 must be at least 37748736");
  }

  private static TransportContext context(String own) {
    NodeId self = new NodeId("n1");
    return new TransportContext(TestCluster.ID, self, UUID.randomUUID(), Map.of(self, own));
  }
}
