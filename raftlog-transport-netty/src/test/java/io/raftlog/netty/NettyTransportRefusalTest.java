package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import io.raftlog.netty.Greeting.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Strangers and broken peers on the port of n1, whose peer n2 is not running. */
final class NettyTransportRefusalTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final int ATTEMPTS = 3;

  private CapturedLog log;
  private TestCluster cluster;
  private int port;

  @BeforeEach
  void start() {
    log = new CapturedLog();
    start(TestCluster.CALM);
  }

  private void start(Timing timing) {
    cluster = TestCluster.alone(2, builder -> builder.timing(timing));
    port = cluster.portOf("n1");
  }

  /** Instead of the one that waits for ever, a node that waits half a second for a greeting. */
  private void restartImpatiently() {
    cluster.close();
    start(TestCluster.FAST);
  }

  @AfterEach
  void stop() {
    cluster.close();
    log.close();
  }

  @Test
  void shouldRefuseANodeOfAnotherCluster() throws IOException {
    Identity foreign =
        new Identity("other", new NodeId("n2"), UUID.randomUUID(), UUID.randomUUID());

    assertRefused(foreign, N1, Kind.WRONG_CLUSTER, "\"other\"", "\"" + TestCluster.ID + "\"");
  }

  @Test
  void shouldRefuseAnUnknownNode() throws IOException {
    assertRefused(RawPeer.identity("n9", UUID.randomUUID()), N1, Kind.UNKNOWN_NODE, "node n9");
  }

  @Test
  void shouldRefuseANodeThatClaimsItsOwnId() throws IOException {
    assertRefused(
        RawPeer.identity("n1", cluster.incarnationOf("n1")), N1, Kind.UNKNOWN_NODE, "this one");
  }

  @Test
  void shouldRefuseANodeThatMeantAnotherOne() throws IOException {
    assertRefused(
        RawPeer.identity("n2", UUID.randomUUID()),
        new NodeId("n7"),
        Kind.WRONG_TARGET,
        "node n7",
        "this is n1");
  }

  private void assertRefused(Identity self, NodeId to, Kind kind, String... logged)
      throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      try (RawPeer peer = RawPeer.dial(port)) {
        // when
        Greeting answer = peer.greet(self, to);

        // then
        assertThat(answer.kind()).isEqualTo(kind);
        assertThat(peer.drain()).isZero();
      }
    }
    List<String> parts = new ArrayList<>(List.of(logged));
    parts.add("node=n1");
    parts.add("reason=" + kind);
    assertThat(log.linesWith(parts.toArray(String[]::new))).hasSize(1);
    assertNothingDelivered();
  }

  @Test
  void shouldRefuseAnotherProtocolVersionAndTellItsOwn() throws IOException {
    // given
    Identity self = RawPeer.identity("n2", UUID.randomUUID());
    ByteBuffer hello = ByteBuffer.wrap(Greeting.of(Kind.HELLO, self, N1, "").encode());
    hello.putShort(4, (short) 2);
    CRC32C crc = new CRC32C();
    crc.update(hello.array(), 0, hello.capacity() - Greeting.CRC_BYTES);
    hello.putInt(hello.capacity() - Greeting.CRC_BYTES, (int) crc.getValue());
    for (int i = 0; i < ATTEMPTS; i++) {
      try (RawPeer peer = RawPeer.dial(port)) {
        // when
        peer.write(hello.array());

        // then
        assertThat(peer.readGreeting().kind()).isEqualTo(Kind.UNSUPPORTED_VERSION);
        assertThat(peer.drain()).isZero();
      }
    }
    assertThat(log.linesWith("reason=UNSUPPORTED_VERSION", "version 2, here 1")).hasSize(1);
    assertNothingDelivered();
  }

  @Test
  void shouldCloseOnAnHttpRequest() throws IOException {
    assertClosedWithoutAnswer(
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void shouldCloseOnRandomBytes() throws IOException {
    assertClosedWithoutAnswer(Frames.random(4_000_000, 4).array());
  }

  @Test
  void shouldCloseOnAGreetingOfHugeLength() throws IOException {
    assertClosedWithoutAnswer(
        ByteBuffer.allocate(8)
            .putInt(Greeting.MAGIC)
            .putShort(Greeting.VERSION)
            .putShort((short) -1)
            .array());
  }

  @Test
  void shouldCloseOnAGreetingWithAFlippedBit() throws IOException {
    byte[] hello =
        Greeting.of(Kind.HELLO, RawPeer.identity("n2", UUID.randomUUID()), N1, "").encode();
    hello[30] ^= 4;

    assertClosedWithoutAnswer(hello);
  }

  @Test
  void shouldCloseOnAFrameInsteadOfAGreeting() throws IOException {
    assertClosedWithoutAnswer(RawPeer.signal(PacketHeader.Type.PING));
  }

  @Test
  void shouldCloseASilentConnectionAfterTheHandshakeTimeout() throws IOException {
    restartImpatiently();

    assertClosedWithoutAnswer(new byte[0]);
  }

  @Test
  void shouldCloseAConnectionThatTricklesItsGreeting() throws IOException {
    restartImpatiently();
    byte[] hello =
        Greeting.of(Kind.HELLO, RawPeer.identity("n2", UUID.randomUUID()), N1, "").encode();

    assertClosedWithoutAnswer(Arrays.copyOf(hello, hello.length - 1));
  }

  private void assertClosedWithoutAnswer(byte[] bytes) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      try (RawPeer peer = RawPeer.dial(port)) {
        // when
        writeAsFarAsPossible(peer, bytes);

        // then: the end of the stream, or a reset when bytes were left unread
        assertThat(peer.drain()).isLessThanOrEqualTo(0);
      }
    }
    assertThat(log.linesWith("node=n1", "handshake failed", "reason=rejected")).hasSize(1);
    assertNothingDelivered();
    // One chunk: what strangers send is not kept.
    assertThat(cluster.node("n1").running().pooledBytes()).isLessThanOrEqualTo(4 << 20);
  }

  private static void writeAsFarAsPossible(RawPeer peer, byte[] bytes) {
    try {
      peer.write(bytes);
    } catch (IOException closedMeanwhile) {
      // As it should be.
    }
  }

  @Test
  void shouldEvictTheLongestWaitingStrangerWhenThereAreTooMany() throws IOException {
    // given: none of them is late
    List<RawPeer> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < Lobby.CAPACITY; i++) {
        strangers.add(RawPeer.dial(port));
      }

      // when: a member comes
      try (RawPeer member = RawPeer.dial(port)) {
        Greeting answer = member.greet(RawPeer.identity("n2", UUID.randomUUID()), N1);

        // then
        assertThat(answer.kind()).isEqualTo(Kind.WELCOME);
        assertThat(strangers.get(0).drain()).isZero();
        assertThat(log.linesWith("node=n1", "too many connections without a handshake")).hasSize(1);
      }
    } finally {
      for (RawPeer stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void shouldCloseAConnectionWithACorruptedFrame() throws IOException {
    // given
    byte[] packet = PacketsForTest.frame("header", "body");
    packet[packet.length - 1] ^= 1;
    for (int i = 0; i < ATTEMPTS; i++) {
      try (RawPeer peer = welcomed(RawPeer.identity("n2", UUID.randomUUID()))) {
        // when
        peer.write(packet);

        // then
        assertThat(peer.drain()).isLessThanOrEqualTo(0);
      }
    }
    assertThat(log.linesWith("node=n1", "peer=n2", "payload with wrong checksum")).hasSize(1);
    assertNothingDelivered();
  }

  @Test
  void shouldCloseAConnectionWithAFrameOfHugeLength() throws IOException {
    // given: a correct checksum over impossible lengths
    byte[] packet = PacketsForTest.header(1, Integer.MAX_VALUE, 0, 1);
    try (RawPeer peer = welcomed(RawPeer.identity("n2", UUID.randomUUID()))) {
      // when
      peer.write(packet);

      // then
      assertThat(peer.drain()).isZero();
    }
    assertThat(log.linesWith("node=n1", "peer=n2", "impossible sizes")).hasSize(1);
    assertNothingDelivered();
  }

  @Test
  void shouldGoOnServingMembersAmongStrangers() throws IOException {
    // given
    TestCluster.Member second = cluster.start("n2");
    cluster.awaitConnected();

    // when
    for (int i = 0; i < 20; i++) {
      try (RawPeer peer = RawPeer.dial(port)) {
        writeAsFarAsPossible(peer, Frames.random(1_000, i).array());
      }
    }
    second.send("n1", Frames.control("still here"));

    // then
    RecordingListener listener = cluster.node("n1").listener();
    await().until(() -> listener.received().size() == 1);
    assertThat(listener.disconnected()).isEmpty();
  }

  private RawPeer welcomed(Identity self) throws IOException {
    return RawPeer.welcomed(self, N1, port);
  }

  private void assertNothingDelivered() {
    assertThat(cluster.node("n1").listener().received()).isEmpty();
  }
}
