package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import io.raftlog.netty.Greeting.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several processes that say they are n2, and connections that died unnoticed. */
final class NettyTransportSessionTest {
  private static final NodeId N1 = new NodeId("n1");

  private CapturedLog log;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    log = new CapturedLog();
    start(TestCluster.CALM);
  }

  private void start(Timing timing) {
    cluster = TestCluster.alone(2, builder -> builder.timing(timing));
  }

  private void restart(Timing timing) {
    cluster.close();
    start(timing);
  }

  @AfterEach
  void stop() {
    cluster.close();
    log.close();
  }

  @Test
  void shouldRefuseASecondProcessWhileTheFirstOneLives() throws IOException {
    // given
    UUID incarnation = UUID.randomUUID();
    try (RawPeer first = welcomed(RawPeer.identity("n2", incarnation));
        Answering pings = new Answering(first)) {
      for (int i = 0; i < 3; i++) {
        try (RawPeer second = RawPeer.dial(cluster.portOf("n1"))) {
          // when
          Greeting answer = second.greet(RawPeer.identity("n2", incarnation), N1);

          // then
          assertThat(answer.kind()).isEqualTo(Kind.NODE_ID_IN_USE);
          assertThat(answer.detail()).contains("same incarnation");
        }
      }
      assertThat(pings.isOpen()).isTrue();
      assertThat(log.linesWith("reason=NODE_ID_IN_USE", "node n2")).hasSize(1);
    }
  }

  @Test
  void shouldLetASuccessorInOnceTheFirstProcessIsSilent() throws IOException {
    // given: a process that answers no ping, as if its host had lost power
    restart(TestCluster.SILENCE_ENDS);
    UUID incarnation = UUID.randomUUID();
    try (RawPeer dead = welcomed(RawPeer.identity("n2", incarnation))) {
      Identity successor = RawPeer.identity("n2", incarnation);

      // when, then
      await().until(() -> kindOfAnswer(successor) == Kind.WELCOME);
      assertThat(dead.drain()).isPositive();
      assertThat(log.linesWith("peer=n2", "closing a silent connection")).hasSize(1);
    }
  }

  private Kind kindOfAnswer(Identity self) throws IOException {
    try (RawPeer peer = RawPeer.dial(cluster.portOf("n1"))) {
      return peer.greet(self, N1).kind();
    }
  }

  @Test
  void shouldReplaceTheConnectionOfAProcessThatReconnects() throws IOException {
    // given
    Identity self = RawPeer.identity("n2", UUID.randomUUID());
    try (RawPeer older = welcomed(self)) {
      // when
      try (RawPeer newer = welcomed(self)) {
        newer.write(PacketsForTest.frame("over the new one", ""));

        // then
        RecordingListener listener = cluster.node("n1").listener();
        await().until(() -> listener.received().size() == 1);
        assertThat(older.drain()).isZero();
        assertThat(listener.disconnected()).isEmpty();
      }
    }
  }

  @Test
  void shouldReplaceTheConnectionOfAnotherIncarnation() throws IOException {
    // given
    try (RawPeer older = welcomed(RawPeer.identity("n2", UUID.randomUUID()));
        // when
        RawPeer newer = welcomed(RawPeer.identity("n2", UUID.randomUUID()))) {
      newer.write(PacketsForTest.frame("of the wiped node", ""));

      // then
      RecordingListener listener = cluster.node("n1").listener();
      await().until(() -> listener.received().size() == 1);
      assertThat(older.drain()).isZero();
      assertThat(log.linesWith("peer=n2", "two have this node id")).hasSize(1);
    }
  }

  @Test
  void shouldReportAPeerLostOnceItsLastConnectionIsGone() throws IOException {
    // given
    RecordingListener listener = cluster.node("n1").listener();
    Identity self = RawPeer.identity("n2", UUID.randomUUID());

    // when: both connections break
    try (RawPeer accepted = RawPeer.acceptAs(self, cluster.portOf("n2"));
        RawPeer dialed = welcomed(self)) {
      await().until(() -> cluster.node("n1").dialer("n2").isConnected());
      accepted.write(RawPeer.signal(PacketHeader.Type.PONG));
      dialed.write(RawPeer.signal(PacketHeader.Type.PONG));
    }

    // then
    await().until(() -> !listener.disconnected().isEmpty());
    await().until(() -> log.linesWith("peer=n2 disconnected").size() == 1);
    assertThat(listener.disconnected()).containsExactly(new NodeId("n2"));
  }

  @Test
  void shouldSayOnceThatItWasRefusedAndWhy() throws IOException {
    // given
    Identity foreign =
        new Identity("other", new NodeId("n2"), UUID.randomUUID(), UUID.randomUUID());

    for (int i = 0; i < 3; i++) {
      // when
      try (RawPeer peer = RawPeer.accept(cluster.portOf("n2"))) {
        Greeting hello = peer.readGreeting();
        peer.write(Greeting.of(Kind.WRONG_CLUSTER, foreign, hello.from(), "not\nours").encode());

        // then
        assertThat(peer.drain()).isZero();
      }
    }
    assertThat(log.linesWith("peer=n2", "reason=WRONG_CLUSTER", "refused, \"not?ours\""))
        .hasSize(1);
  }

  @Test
  void shouldCloseWhenAnAnswerIsNoGreeting() throws IOException {
    // given
    try (RawPeer peer = RawPeer.accept(cluster.portOf("n2"))) {
      // when
      peer.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      // then
      assertThat(peer.drain()).isNotNegative();
    }
    assertThat(log.linesWith("peer=n2", "not raftlog's protocol")).hasSize(1);
    assertThat(cluster.node("n1").dialer("n2").isConnected()).isFalse();
  }

  @Test
  void shouldGiveUpAnAnswerThatDoesNotCome() throws IOException {
    // given
    restart(TestCluster.FAST);
    try (RawPeer peer = RawPeer.accept(cluster.portOf("n2"))) {
      // when, then
      assertThat(peer.drain()).isPositive();
      assertThat(log.linesWith("peer=n2", "no greeting within 500 ms")).hasSize(1);
    }
  }

  @Test
  void shouldRefuseToSendToAnImpostorAtThePeersAddress() throws IOException {
    // given: who answers at n2's address is n3
    Identity impostor = RawPeer.identity("n3", UUID.randomUUID());

    // when
    try (RawPeer peer = RawPeer.acceptAs(impostor, cluster.portOf("n2"))) {
      // then
      assertThat(peer.drain()).isZero();
      assertThat(cluster.node("n1").dialer("n2").isConnected()).isFalse();
      await().until(() -> log.linesWith("peer=n2", "welcomed by node n3").size() == 1);
    }
  }

  private RawPeer welcomed(Identity self) throws IOException {
    return RawPeer.welcomed(self, N1, cluster.portOf("n1"));
  }

  /** Answers every packet with a pong until the connection or this is closed. */
  private static final class Answering implements AutoCloseable {
    private final RawPeer peer;
    private final Thread thread;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Answering(RawPeer peer) {
      this.peer = peer;
      thread = new Thread(this::run, "answering");
      thread.start();
    }

    private void run() {
      try {
        while (peer.readPacket() != null) {
          peer.write(RawPeer.signal(PacketHeader.Type.PONG));
        }
      } catch (IOException closed) {
        // By the test, or by the transport, which is what the flag tells.
      }
      open.set(false);
    }

    boolean isOpen() {
      return open.get();
    }

    @Override
    public void close() throws IOException {
      peer.close();
      await().until(() -> !thread.isAlive());
    }
  }
}
