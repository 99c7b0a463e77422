package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Frame.Priority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What a peer that does not read, or not fast enough, can make a node keep. */
class NettyTransportBoundsTest {
  private static final long LIMIT = NettyTransport.Builder.MIN_MAX_OUTBOUND_BYTES_PER_PEER;
  private static final ByteBuffer MEBIBYTE = Frames.random(1 << 20, 5);

  /** More than the operating system takes for a peer that does not read: 6 MiB at most here. */
  private static final int KERNEL_BYTES = 8 << 20;

  /** More than a peer can read in seconds that pauses 10 ms after each packet of 128 KiB. */
  private static final long BACKLOG_MEBIBYTES = 100;

  /**
   * In how many trials a connection must not be kept to be called lost: one that is kept may be
   * lost once when the machine stands still, and its peer seems to be silent.
   */
  private static final int TRIALS = 5;

  /** Plain TCP here; another test is the same with TLS. */
  NettyTransport.Builder configure(NettyTransport.Builder builder) {
    return builder;
  }

  /** The same for the peer that the test plays. */
  RawPeer.Wire wire() {
    return RawPeer.Wire.PLAIN;
  }

  @Test
  void shouldBoundWhatWaitsForAPeerThatDoesNotRead() throws IOException {
    // given
    try (CapturedLog log = new CapturedLog();
        TestCluster cluster = alone(TestCluster.CALM);
        RawPeer peer = connectedPeer(cluster)) {
      TestCluster.Member node = cluster.node("n1");

      // when: four times the limit
      for (int i = 0; i < 4 * (LIMIT >> 20); i++) {
        node.send("n2", Frames.bulk("entries", MEBIBYTE));
      }

      // then
      assertThat(node.dialer("n2").queuedBytes()).isBetween(LIMIT / 2, LIMIT);
      assertThat(node.dialer("n2").droppedFrames()).isPositive();
      assertThat(log.linesWith("node=n1", "peer=n2", "queue is full")).hasSize(1);
      // Two chunks: of all that waits only the next packets are in direct memory.
      await().during(Duration.ofMillis(200)).until(() -> node.running().pooledBytes() <= 8 << 20);
      assertThat(node.running().pinnedBytes()).isLessThan(1 << 20);

      // when: there is room for control frames still
      long dropped = node.dialer("n2").droppedFrames();
      node.send("n2", Frames.control("heartbeat"));

      // then
      assertThat(node.dialer("n2").droppedFrames()).isEqualTo(dropped);
      assertThat(peer.readPacket()).isNotNull();
    }
  }

  @Test
  void shouldBoundManyFramesWithoutBytes() throws IOException {
    // given
    try (TestCluster cluster = alone(TestCluster.CALM);
        RawPeer peer = connectedPeer(cluster)) {
      TestCluster.Member node = cluster.node("n1");
      node.send("n2", Frames.bulk("blocks the connection", Frames.random(KERNEL_BYTES * 2, 6)));
      Frame empty = new Frame(Priority.CONTROL, ByteBuffer.allocate(0), List.of());

      // when: more than fit, even if all that the operating system takes are these, which overtake
      long count = LIMIT / FrameCursor.OVERHEAD_BYTES + KERNEL_BYTES / PacketHeader.BYTES;
      for (long i = 0; i < count; i++) {
        node.send("n2", empty);
      }

      // then
      assertThat(node.dialer("n2").queuedBytes()).isLessThanOrEqualTo(LIMIT);
      assertThat(node.dialer("n2").droppedFrames()).isPositive();
      assertThat(peer.readPacket()).isNotNull();
    }
  }

  @Test
  void shouldLetControlFramesOvertakeEvenTheMiddleOfABulkFrame() throws IOException {
    // given: one bulk frame of maximal size, which has begun and is stuck before its end
    try (TestCluster cluster = alone(TestCluster.CALM);
        RawPeer peer = connectedPeer(cluster)) {
      TestCluster.Member node = cluster.node("n1");
      node.send("n2", Frames.bulk("", Frames.random(Frame.MAX_BODY_BYTES, 7)));
      PacketHeader begun = Objects.requireNonNull(peer.readPacket());
      assertThat(begun.priority()).isEqualTo(Priority.BULK);

      // when
      node.send("n2", Frames.control("heartbeat"));

      // then
      long bulkBefore = begun.payloadBytes() + bytesBefore(peer, Priority.CONTROL);
      assertThat(bulkBefore).isBetween(1L, (long) KERNEL_BYTES);
    }
  }

  private static long bytesBefore(RawPeer peer, Priority priority) throws IOException {
    long bytes = 0;
    while (true) {
      PacketHeader packet = peer.readPacket();
      if (packet == null) {
        throw new IOException("closed after " + bytes + " bytes");
      }
      if (packet.type() == PacketHeader.Type.FRAME && packet.priority() == priority) {
        return bytes;
      }
      bytes += packet.payloadBytes();
    }
  }

  @Test
  void shouldGiveUpAPeerThatReadsNothing() throws IOException {
    // given
    try (CapturedLog log = new CapturedLog();
        TestCluster cluster = alone(TestCluster.SILENCE_ENDS);
        RawPeer peer = connectedPeer(cluster)) {
      TestCluster.Member node = cluster.node("n1");
      PeerDialer dialer = node.dialer("n2");

      // when
      for (int i = 0; i < 30; i++) {
        node.send("n2", Frames.bulk("entries", MEBIBYTE));
      }

      // then: what was queued is dropped with the connection
      await().until(() -> !node.listener().disconnected().isEmpty());
      assertThat(node.listener().disconnected()).containsExactly(new NodeId("n2"));
      await().until(() -> !dialer.isConnected());
      assertThat(dialer.queuedBytes()).isZero();
      assertThat(log.linesWith("peer=n2", "closing a silent connection")).hasSize(1);
      await().until(() -> node.running().pinnedBytes() == 0);
      assertThat(peer.drain()).isNotZero();
    }
  }

  @Test
  void shouldKeepAPeerThatReadsSlowly() throws IOException {
    for (int trial = 1; !keepsAPeerThatReadsSlowly(); trial++) {
      assertThat(trial).as("trials").isLessThan(TRIALS);
    }
  }

  private boolean keepsAPeerThatReadsSlowly() throws IOException {
    // given: a backlog that keeps every ping waiting, and a limit within which the peer reads many
    // times more than the operating system waits for until it takes more, which is about a megabyte
    Duration silenceLimit = Duration.ofSeconds(2);
    Timing timing =
        new Timing(
            TestCluster.CALM.handshake(),
            TestCluster.FAST.pingInterval(),
            silenceLimit,
            TestCluster.CALM.minBackoff(),
            TestCluster.CALM.maxBackoff());
    try (TestCluster cluster = alone(timing, (2 * BACKLOG_MEBIBYTES) << 20);
        RawPeer peer = connectedPeer(cluster)) {
      TestCluster.Member node = cluster.node("n1");
      for (int i = 0; i < BACKLOG_MEBIBYTES; i++) {
        node.send("n2", Frames.bulk("entries", MEBIBYTE));
      }

      // when: it reads for twice as long as silence is tolerated, and answers nothing
      long end = System.nanoTime() + 2 * silenceLimit.toNanos();
      while (System.nanoTime() - end < 0 && peer.readPacket() != null) {
        LockSupport.parkNanos(10_000_000);
      }

      // then
      return node.listener().disconnected().isEmpty() && node.dialer("n2").queuedBytes() > 0;
    }
  }

  @Test
  void shouldKeepAConnectionThatIsSilentButAlive() {
    for (int trial = 1; !keepsAConnectionThatIsSilentButAlive(); trial++) {
      assertThat(trial).as("trials").isLessThan(TRIALS);
    }
  }

  private boolean keepsAConnectionThatIsSilentButAlive() {
    // given
    try (CapturedLog log = new CapturedLog();
        TestCluster cluster =
            TestCluster.of(2, builder -> configure(builder).timing(TestCluster.SILENCE_ENDS))) {
      // when: twice as long as silence is tolerated
      LockSupport.parkNanos(TestCluster.FAST.silenceLimit().multipliedBy(2).toNanos());

      // then
      return cluster.node("n1").dialer("n2").isConnected()
          && cluster.node("n1").listener().disconnected().isEmpty()
          && log.linesWith("silent").isEmpty();
    }
  }

  private TestCluster alone(Timing timing) {
    return alone(timing, LIMIT);
  }

  private TestCluster alone(Timing timing, long limit) {
    return TestCluster.alone(
        2, builder -> configure(builder).timing(timing).maxOutboundBytesPerPeer(limit));
  }

  private RawPeer connectedPeer(TestCluster cluster) throws IOException {
    RawPeer peer =
        RawPeer.acceptAs(RawPeer.identity("n2", UUID.randomUUID()), cluster.portOf("n2"), wire());
    TestCluster.Member node = cluster.node("n1");
    // Or was: with a short limit of silence it may have been given up meanwhile.
    await()
        .until(() -> node.dialer("n2").isConnected() || !node.listener().disconnected().isEmpty());
    return peer;
  }
}
