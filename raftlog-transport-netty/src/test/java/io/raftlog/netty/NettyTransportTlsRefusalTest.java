package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.X509Bundle;
import io.raftlog.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets no connection with n1, which encrypts, and what both ends say of it. */
final class NettyTransportTlsRefusalTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final int ATTEMPTS = 3;
  private static final TestAuthority OURS = TestAuthority.named("ours");
  private static final TestAuthority OTHERS = TestAuthority.named("others");

  /** Only by its key can it be told from ours. */
  private static final TestAuthority IMPOSTORS = TestAuthority.named("ours");

  /** What n1 says of a certificate that it does not trust. */
  private static final String UNTRUSTED = "PKIX path validation failed";

  /** What n1 says of a node without one, also when that has one but not of the right authority. */
  private static final String WITHOUT = "Empty client certificate chain";

  /** What either end says when the other one has told it that it will not. */
  private static final String TOLD = "Received fatal alert";

  private CapturedLog log;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    log = new CapturedLog();
    start(OURS.member());
  }

  private void start(UnaryOperator<NettyTransport.Builder> configuration) {
    cluster =
        TestCluster.alone(2, builder -> configuration.apply(builder).timing(TestCluster.CALM));
  }

  private void restart(UnaryOperator<NettyTransport.Builder> configuration) {
    cluster.close();
    start(configuration);
  }

  @AfterEach
  void stop() {
    cluster.close();
    log.close();
  }

  @Test
  void shouldNotGreetAStrangerWithoutACertificate() {
    assertNeverGreeted(OURS.wire(null), WITHOUT);
  }

  @Test
  void shouldNotGreetAStrangerWithACertificateOfAnotherAuthority() {
    assertNeverGreeted(OURS.wire(OTHERS.certificate()), WITHOUT);
  }

  @Test
  void shouldNotGreetAStrangerWithACertificateOfAnAuthorityOfTheSameName() {
    assertNeverGreeted(OURS.wire(IMPOSTORS.certificate()), UNTRUSTED);
  }

  @Test
  void shouldNotGreetAStrangerWithAnExpiredCertificate() {
    assertNeverGreeted(OURS.wire(OURS.expiredCertificate()), "validity check failed");
  }

  @Test
  void shouldNotGreetAStrangerWhoseCertificateIsForServersOnly() {
    assertNeverGreeted(OURS.wire(OURS.serverCertificate()), "Extended key usage does not permit");
  }

  @Test
  void shouldNotGreetAStrangerThatDoesNotEncrypt() {
    assertNeverGreeted(RawPeer.Wire.PLAIN, "does not speak TLS");
  }

  private void assertNeverGreeted(RawPeer.Wire wire, String why) {
    Identity self = RawPeer.identity("n2", UUID.randomUUID());
    for (int i = 0; i < ATTEMPTS; i++) {
      // when, then
      assertThatThrownBy(
              () -> {
                try (RawPeer stranger = RawPeer.dial(cluster.portOf("n1"), wire)) {
                  stranger.greet(self, N1);
                }
              })
          .isInstanceOf(IOException.class);
    }
    await().until(() -> log.linesWith("node=n1", "host=127.0.0.1", "reason=TLS", why).size() == 1);
    assertThat(cluster.node("n1").listener().received()).isEmpty();
    assertThat(cluster.node("n1").listener().disconnected()).isEmpty();
  }

  /** What a stranger sends is not for the log, and least of all in full. */
  @Test
  void shouldNotRepeatWhatAStrangerSends() throws IOException {
    try (RawPeer stranger = RawPeer.dial(cluster.portOf("n1"))) {
      stranger.write("GET / HTTP/1.1\r\nHost: n1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(stranger.drain()).isLessThanOrEqualTo(7);
    }
    await().until(() -> log.linesWith("reason=TLS", "does not speak TLS").size() == 1);
    assertThat(log.linesWith("474554")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldNotConnectWithANodeOfAnAuthorityOfTheSameName(String protocol) {
    // given: n2 trusts ours, but has a certificate of another one
    restart(OURS.member(OURS.certificate(), protocol));

    // when
    cluster.start("n2", OURS.member(IMPOSTORS.certificate(), protocol));

    // then
    awaitLine("node=n1", "host=127.0.0.1", "reason=TLS", UNTRUSTED);
    awaitLine("node=n2", "peer=n1", "reason=TLS", TOLD);
    awaitLine("node=n1", "peer=n2", "reason=TLS", UNTRUSTED);
    awaitLine("node=n2", "host=127.0.0.1", "reason=TLS", TOLD);
    assertNotConnected("n1", "n2");
    assertNotConnected("n2", "n1");
  }

  @Test
  void shouldNotConnectWithANodeOfAnotherAuthority() {
    // when
    cluster.start("n2", OURS.member(OTHERS.certificate()));

    // then
    awaitLine("node=n1", "host=127.0.0.1", "reason=TLS", WITHOUT);
    awaitLine("node=n2", "peer=n1", "reason=TLS", TOLD);
    awaitLine("node=n1", "peer=n2", "reason=TLS", "unable to find valid certification path");
    awaitLine("node=n2", "host=127.0.0.1", "reason=TLS", TOLD);
    assertNotConnected("n1", "n2");
    assertNotConnected("n2", "n1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldNotBeDialedByANodeWithoutACertificate(String protocol) {
    // given
    restart(OURS.member(OURS.certificate(), protocol));
    SslContext forDialing = OURS.forDialing(null);
    SslContext forAccepting = OURS.forAccepting(OURS.certificate());

    // when
    cluster.start("n2", builder -> builder.tls(forDialing, forAccepting));

    // then
    awaitLine("node=n1", "host=127.0.0.1", "reason=TLS", WITHOUT);
    awaitLine("node=n2", "peer=n1", "reason=TLS", TOLD);
    assertNotConnected("n2", "n1");
  }

  @Test
  void shouldNotDialANodeWhoseCertificateIsForAnotherHost() {
    // given
    X509Bundle elsewhere = OURS.certificateFor("127.0.0.99");

    // when
    cluster.start("n2", OURS.member(elsewhere));

    // then
    awaitLine("node=n1", "peer=n2", "reason=TLS", "No subject alternative names", "127.0.0.1");
    awaitLine("node=n2", "host=127.0.0.1", "reason=TLS", TOLD);
    assertNotConnected("n1", "n2");
  }

  @Test
  void shouldNotConnectWithANodeThatDoesNotEncrypt() {
    // when
    cluster.start("n2", builder -> builder.timing(TestCluster.CALM));

    // then
    awaitLine("node=n1", "host=127.0.0.1", "reason=TLS", "the other end does not speak TLS");
    awaitLine(
        "node=n2", "peer=n1", "without an answer", "the peer uses TLS and this node does not");
    awaitLine("node=n2", "host=127.0.0.1", "not raftlog's protocol but TLS");
    awaitLine("node=n1", "peer=n2", "without an answer", "the peer does not use TLS");
    assertNotConnected("n1", "n2");
    assertNotConnected("n2", "n1");
  }

  private void awaitLine(String... parts) {
    await().until(() -> log.linesWith(parts).size() == 1);
  }

  /** After the log has shown that it was tried. */
  private void assertNotConnected(String from, String to) {
    assertThat(cluster.node(from).dialer(to).isConnected()).isFalse();
    cluster.node(from).send(to, Frames.control("dropped"));
    assertThat(cluster.node(from).dialer(to).droppedFrames()).isEqualTo(1);
    assertThat(cluster.node(to).listener().received()).isEmpty();
  }
}
