package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.X509Bundle;
import io.raftlog.NodeId;
import io.raftlog.spi.TransportContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NettyTransportReconnectTest {
  static List<Named<UnaryOperator<NettyTransport.Builder>>> wires() {
    TestAuthority authority = TestAuthority.named("authority");
    X509Bundle certificate = authority.certificate();
    return List.of(
        Named.of("plain", builder -> builder),
        Named.of("TLS 1.2", authority.member(certificate, "TLSv1.2")),
        Named.of("TLS 1.3", authority.member(certificate, "TLSv1.3")));
  }

  @ParameterizedTest
  @MethodSource("wires")
  void shouldReconnectWhenAPeerRestartsOnItsPort(UnaryOperator<NettyTransport.Builder> wire) {
    // given
    try (TestCluster cluster =
        TestCluster.of(2, builder -> wire.apply(builder).timing(TestCluster.CALM))) {
      RecordingListener survivor = cluster.node("n1").listener();
      for (int restart = 1; restart <= 3; restart++) {
        // when
        cluster.stop("n2");
        int losses = restart;
        await().until(() -> survivor.disconnected().size() == losses);
        TestCluster.Member restarted = cluster.start("n2");
        cluster.awaitConnected();
        cluster.node("n1").send("n2", Frames.control("welcome back"));
        restarted.send("n1", Frames.control("thanks"));

        // then
        await().until(() -> restarted.listener().received().size() == 1);
        await().until(() -> survivor.received().size() == losses);
      }
      assertThat(survivor.disconnected()).hasSize(3).containsOnly(new NodeId("n2"));
    }
  }

  @Test
  void shouldConnectToAPeerThatStartsLater() {
    // given
    try (TestCluster cluster = TestCluster.alone(2, builder -> builder.timing(TestCluster.CALM))) {
      cluster.node("n1").send("n2", Frames.control("lost, nobody is there"));

      // when
      TestCluster.Member late = cluster.start("n2");
      cluster.awaitConnected();
      cluster.node("n1").send("n2", Frames.control("hello"));

      // then
      await().until(() -> late.listener().received().size() == 1);
      assertThat(Frames.header(late.listener().received().get(0).frame())).isEqualTo("hello");
      assertThat(cluster.node("n1").dialer("n2").droppedFrames()).isEqualTo(1);
      assertThat(cluster.node("n1").listener().disconnected()).isEmpty();
    }
  }

  @Test
  void shouldDialAtOnceAPeerThatDialedIn() {
    // given: a peer that was never there, and a pause of at least five minutes before the next try
    Timing patient =
        new Timing(
            TestCluster.CALM.handshake(),
            TestCluster.CALM.pingInterval(),
            TestCluster.CALM.silenceLimit(),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10));
    try (TestCluster cluster = TestCluster.alone(2, builder -> builder.timing(patient))) {
      await().until(() -> cluster.node("n1").dialer("n2").isRetrying());

      // when
      cluster.start("n2");

      // then
      cluster.awaitConnected();
    }
  }

  @Test
  void shouldReportNoLossWhenItClosesItself() {
    // given
    TestCluster cluster = TestCluster.of(2);
    RecordingListener closing = cluster.node("n1").listener();

    // when
    cluster.close();

    // then
    assertThat(closing.disconnected()).isEmpty();
  }

  @Test
  void shouldResolveNamesOffTheEventLoop() {
    // given
    Map<NodeId, String> named = new HashMap<>();
    TestCluster.freeAddresses(2)
        .forEach((node, address) -> named.put(node, address.replace("127.0.0.1", "localhost")));
    try (NettyTransport first = NettyTransport.builder().build();
        NettyTransport second = NettyTransport.builder().build()) {
      RecordingListener listener = new RecordingListener();

      // when
      first.start(context("n1", named), new RecordingListener());
      second.start(context("n2", named), listener);

      // then
      await()
          .until(
              () -> {
                first.send(new NodeId("n2"), Frames.control("hello"));
                return !listener.received().isEmpty();
              });
    }
  }

  @Test
  void shouldKeepTryingWhenANameDoesNotResolve() {
    // given
    Map<NodeId, String> addresses = TestCluster.freeAddresses(1);
    String unresolvable = TestCluster.UNRESOLVABLE + ":7400";
    addresses.put(new NodeId("n2"), unresolvable);
    try (CapturedLog log = new CapturedLog();
        NettyTransport transport = NettyTransport.builder().timing(TestCluster.FAST).build()) {
      // when
      transport.start(context("n1", addresses), new RecordingListener());

      // then
      List<String> parts = List.of("peer=n2", unresolvable, "UnknownHost");
      await().until(() -> log.linesWith(parts.toArray(String[]::new)).size() == 1);
    }
  }

  private static TransportContext context(String node, Map<NodeId, String> addresses) {
    return new TransportContext(TestCluster.ID, new NodeId(node), UUID.randomUUID(), addresses);
  }
}
