package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.X509Bundle;
import io.raftlog.NodeId;
import io.raftlog.netty.Greeting.Kind;
import io.raftlog.spi.Frame.Priority;
import io.raftlog.spi.TransportContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that encrypt, and how they go on. Whom they refuse is in another test. */
final class NettyTransportTlsTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final TestAuthority AUTHORITY = TestAuthority.named("authority");
  private static final RawPeer.Wire WIRE = AUTHORITY.wire(AUTHORITY.certificate());

  /** In MiB: more than the operating system takes for a peer that does not read, which are 6. */
  private static final int BACKLOG_MEBIBYTES = 30;

  /** Less than what TLS by itself waits for each time, until it gives up, which is 3 s. */
  private static final Duration AT_ONCE = Duration.ofSeconds(2);

  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldCarryLargeAndSmallFramesBothWays(IoBackend backend) {
    // given
    ByteBuffer large = Frames.random(8 << 20, 1);
    try (TestCluster cluster =
        TestCluster.of(2, builder -> AUTHORITY.member().apply(builder).backend(backend))) {
      TestCluster.Member first = cluster.node("n1");
      TestCluster.Member second = cluster.node("n2");

      // when
      first.send("n2", Frames.bulk("there", large));
      second.send("n1", Frames.bulk("back", large));
      first.send("n2", Frames.control("small"));
      second.send("n1", Frames.control("small"));

      // then
      for (TestCluster.Member member : List.of(first, second)) {
        RecordingListener listener = member.listener();
        await().until(() -> listener.received().size() == 2);
        assertThat(listener.received())
            .filteredOn(received -> received.frame().priority() == Priority.BULK)
            .singleElement()
            .satisfies(
                received -> assertThat(Frames.body(received.frame()).equals(large)).isTrue());
      }
    }
  }

  @Test
  void shouldSayNothingInPlain() throws IOException {
    try (TestCluster cluster = alone(TestCluster.CALM);
        // given: who listens at the peer's address only looks
        RawPeer peer = RawPeer.accept(cluster.portOf("n2"))) {
      // when, then: the record of a handshake
      assertThat(peer.read(3)).startsWith(0x16, 0x03);

      // when, then: the same at the node's own address, to whom an alert is said at most
      try (RawPeer stranger = RawPeer.dial(cluster.portOf("n1"))) {
        stranger.write(Greeting.of(Kind.HELLO, identity(), N1, "").encode());
        assertThat(stranger.drain()).isLessThanOrEqualTo(7);
      }
    }
  }

  /** Addresses by name are checked against names. */
  @Test
  void shouldFindTheNameOfTheMembersAddressInItsCertificate() {
    // given
    Map<NodeId, String> named = new HashMap<>();
    TestCluster.freeAddresses(2)
        .forEach((node, address) -> named.put(node, address.replace("127.0.0.1", "localhost")));
    UnaryOperator<NettyTransport.Builder> member =
        AUTHORITY.member(AUTHORITY.certificateFor("localhost"));
    try (NettyTransport first = member.apply(NettyTransport.builder()).build();
        NettyTransport second = member.apply(NettyTransport.builder()).build()) {
      RecordingListener listener = new RecordingListener();

      // when
      first.start(context(N1, named), new RecordingListener());
      second.start(context(N2, named), listener);

      // then
      await()
          .until(
              () -> {
                first.send(N2, Frames.control("hello"));
                return !listener.received().isEmpty();
              });
    }
  }

  private static TransportContext context(NodeId node, Map<NodeId, String> addresses) {
    return new TransportContext(TestCluster.ID, node, UUID.randomUUID(), addresses);
  }

  /** What the documentation warns of. */
  @Test
  void shouldTakeAnyTrustedCertificateForAnyMembers() throws IOException {
    // given: one that is not for the address of any member
    RawPeer.Wire wire = AUTHORITY.wire(AUTHORITY.certificateFor("elsewhere.example.org"));
    try (TestCluster cluster = alone(TestCluster.CALM);
        RawPeer peer = RawPeer.dial(cluster.portOf("n1"), wire)) {
      // when, then
      assertThat(peer.greet(identity(), N1).kind()).isEqualTo(Kind.WELCOME);
    }
  }

  @Test
  void shouldCloseAConnectionWithACorruptedRecord() throws IOException {
    // given
    try (CapturedLog log = new CapturedLog();
        TestCluster cluster = alone(TestCluster.CALM);
        RawPeer peer = RawPeer.welcomed(identity(), N1, cluster.portOf("n1"), WIRE)) {
      // when: a record of the right form, which the key does not fit
      byte[] record = ByteBuffer.allocate(5 + 64).put(new byte[] {0x17, 3, 3, 0, 64}).array();
      peer.writeRaw(record);

      // then
      assertThat(peer.drain()).isLessThanOrEqualTo(0);
      await().until(() -> cluster.node("n1").listener().disconnected().equals(List.of(N2)));
      assertThat(log.linesWith("node=n1", "peer=n2", "closing a connection: TLS: ")).hasSize(1);
      assertThat(cluster.node("n1").listener().received()).isEmpty();
    }
  }

  @Test
  void shouldCloseAConnectionOnWhichThePeerHasSaidFarewell() throws IOException {
    // given
    try (TestCluster cluster = alone(TestCluster.CALM);
        RawPeer peer = RawPeer.welcomed(identity(), N1, cluster.portOf("n1"), WIRE)) {
      // when
      peer.endOutput();

      // then
      await().until(() -> cluster.node("n1").listener().disconnected().equals(List.of(N2)));
    }
  }

  @Test
  void shouldCloseAtOnceWhileAPeerReadsNothing() throws IOException {
    List<Duration> took = new ArrayList<>();
    do {
      // given
      TestCluster cluster = alone(TestCluster.CALM);
      try (RawPeer peer = RawPeer.acceptAs(identity(), cluster.portOf("n2"), WIRE)) {
        blockWith(cluster);

        // when
        long before = System.nanoTime();
        cluster.close();

        // then
        took.add(Duration.ofNanos(System.nanoTime() - before));
        assertThat(peer.drain()).isNotZero();
      }
    } while (Collections.min(took).compareTo(AT_ONCE) > 0 && took.size() < 5);
    assertThat(Collections.min(took)).as("the shortest of %s", took).isLessThan(AT_ONCE);
  }

  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldLeaveNoSocketOpenWhenClosedByItsListenerWhileAPeerReadsNothing(IoBackend backend)
      throws IOException {
    // given
    try (TestCluster cluster =
            TestCluster.alone(
                2,
                builder ->
                    AUTHORITY.member().apply(builder).timing(TestCluster.CALM).backend(backend));
        RawPeer accepted = RawPeer.acceptAs(identity(), cluster.portOf("n2"), WIRE)) {
      blockWith(cluster);
      TestCluster.Member node = cluster.node("n1");
      node.listener().handTo((from, frame) -> node.transport().close());

      // when
      try (RawPeer dialed = RawPeer.welcomed(identity(), N1, cluster.portOf("n1"), WIRE)) {
        dialed.write(PacketsForTest.frame("close yourself", ""));

        // then: both ends see the end
        assertThat(dialed.drain()).isLessThanOrEqualTo(0);
        assertThat(accepted.drain()).isNotZero();
      }
    }
  }

  private static void blockWith(TestCluster cluster) {
    TestCluster.Member node = cluster.node("n1");
    await().until(() -> node.dialer("n2").isConnected());
    ByteBuffer mebibyte = Frames.random(1 << 20, 2);
    for (int i = 0; i < BACKLOG_MEBIBYTES; i++) {
      node.send("n2", Frames.bulk("entries", mebibyte));
    }
    // Nothing moves any more, and Netty's own buffer is full.
    await()
        .during(Duration.ofMillis(300))
        .until(
            () ->
                node.dialer("n2").queuedBytes() > (BACKLOG_MEBIBYTES / 2) << 20
                    && node.running().pinnedBytes() > 64 << 10);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotWaitLongForATlsHandshake(boolean begun) throws IOException {
    // given
    try (CapturedLog log = new CapturedLog();
        TestCluster cluster = alone(TestCluster.FAST);
        RawPeer stranger = RawPeer.dial(cluster.portOf("n1"));
        RawPeer silent = RawPeer.accept(cluster.portOf("n2"))) {
      // when: nothing comes, or only the beginning of a record
      if (begun) {
        stranger.write(new byte[] {0x16, 3, 1, 2, 0, 1});
      }

      // then: neither who dialed nor who was dialed is waited for
      assertThat(stranger.drain()).isLessThanOrEqualTo(7);
      assertThat(silent.drain()).isPositive();
      String why = "no TLS handshake within 500 ms";
      await().until(() -> log.linesWith("node=n1", "host=127.0.0.1", why).size() == 1);
      await().until(() -> log.linesWith("node=n1", "peer=n2", why).size() == 1);
    }
  }

  @Test
  void shouldBoundWhatStrangersMakeItKeep() throws IOException {
    // given: beginnings of records of the greatest length that a record can have
    byte[] beginning = new byte[60_000];
    System.arraycopy(new byte[] {0x16, 3, 1, (byte) 0xff, (byte) 0xff}, 0, beginning, 0, 5);
    List<RawPeer> strangers = new ArrayList<>();
    try (TestCluster cluster = alone(TestCluster.CALM)) {
      RunningTransport node = cluster.node("n1").running();

      // when: more of them than are let in at once
      for (int i = 0; i < 2 * Lobby.CAPACITY; i++) {
        RawPeer stranger = RawPeer.dial(cluster.portOf("n1"));
        strangers.add(stranger);
        stranger.write(beginning);
      }

      // then: all is kept of those that are in, and nothing else
      await().until(() -> node.pinnedBytes() >= (long) Lobby.CAPACITY * beginning.length);
      assertThat(node.pooledBytes()).isLessThanOrEqualTo(16 << 20);
      try (RawPeer member = RawPeer.dial(cluster.portOf("n1"), WIRE)) {
        assertThat(member.greet(identity(), N1).kind()).isEqualTo(Kind.WELCOME);
      }
    } finally {
      for (RawPeer stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void shouldNameContextsOfTheWrongSide() {
    X509Bundle certificate = AUTHORITY.certificate();
    SslContext forDialing = AUTHORITY.forDialing(certificate);
    SslContext forAccepting = AUTHORITY.forAccepting(certificate);

    assertThatThrownBy(
            () ->
                NettyTransport.builder().eventLoopThreads(0).tls(forAccepting, forDialing).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "eventLoopThreads 0",
            "tls forDialing is a server's context, must be of SslContextBuilder.forClient()",
            "tls forAccepting is a client's context, must be of SslContextBuilder.forServer()");
    assertThatThrownBy(() -> NettyTransport.builder().tls(forDialing, forDialing).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls forAccepting")
        .hasMessageNotContaining("tls forDialing");
    assertThatThrownBy(() -> NettyTransport.builder().tls(forAccepting, forAccepting).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls forDialing")
        .hasMessageNotContaining("tls forAccepting");
  }

  /** Nothing that is left out means plain TCP. */
  @Test
  void shouldRefuseAMissingContext() {
    SslContext forDialing = AUTHORITY.forDialing(null);

    assertThatThrownBy(() -> NettyTransport.builder().tls(forDialing, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("forAccepting");
    assertThatThrownBy(() -> NettyTransport.builder().tls(null, forDialing))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("forDialing");
  }

  private static TestCluster alone(Timing timing) {
    return TestCluster.alone(2, builder -> AUTHORITY.member().apply(builder).timing(timing));
  }

  private static Identity identity() {
    return RawPeer.identity("n2", UUID.randomUUID());
  }
}
