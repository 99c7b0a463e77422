package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a cluster comes to be, once (design: identity and formation). */
final class FormationTest {
  private static boolean hasEntries(Envelope envelope) {
    return envelope.message() instanceof AppendRequest request && !request.entries().isEmpty();
  }

  /** Three empty nodes; n1 has just been elected, and its write is not durable yet. */
  private static CoreCluster elected() {
    CoreCluster cluster = CoreCluster.of(3).holdTimers().start();
    Server n1 = cluster.server("n1");
    n1.expireTimer();
    assertThat(cluster.runUntil(n1::leads, 100)).isTrue();
    n1.disk().stall();
    return cluster;
  }

  private static void freeTimers(CoreCluster cluster) {
    cluster.everybody().forEach(Server::freeTimer);
  }

  @Test
  @DisplayName("the formation leader's heartbeats get through, its write and its entries do not")
  void shouldFormWhenFormationLeaderCrashesBeforeItsWriteIsDurable() {
    CoreCluster cluster = elected();
    cluster.network().clear();
    cluster.network().drop(FormationTest::hasEntries);
    cluster.run(300);

    cluster.crash("n1");
    cluster.network().heal();
    cluster.restart("n1");
    freeTimers(cluster);

    cluster.appendAndSettle(1);
  }

  @Test
  @DisplayName("nobody hears of a formation that its leader might still forget")
  void shouldSendNothingWhenFormationIsNotDurable() {
    CoreCluster cluster = elected();
    int sent = cluster.network().sent();

    cluster.run(400);
    assertThat(cluster.network().sent()).isEqualTo(sent);

    cluster.server("n1").disk().resume();
    cluster.settle();
  }

  @Test
  @DisplayName("§6.2: a formation leader whose disk hangs gives up like any other")
  void shouldStepDownWhenFormationDoesNotBecomeDurable() {
    CoreCluster cluster = elected();

    cluster.run(600);

    assertThat(cluster.server("n1").leads()).isFalse();
    cluster.server("n1").disk().resume();
    freeTimers(cluster);
    cluster.appendAndSettle(1);
  }

  @Test
  @DisplayName("a member that no append has reached has stood in a later term meanwhile")
  void shouldJoinWhenItsTermIsHigherThanTheFormedClusters() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1");
    HardState ahead = new HardState(5, new NodeId("n3"), Envelope.UNFORMED);
    cluster.server("n3").disk().preset(ahead, List.of(), 0);
    cluster.isolate("n3");
    cluster.start().awaitLeader();

    cluster.network().heal();

    assertThat(cluster.runUntil(() -> cluster.server("n3").commitIndex() >= 2, 5_000)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("who asks just when the others have formed the cluster is no wiped node")
  void shouldNotSayThatStorageWasEmptiedWhenClusterIsJustFormed() {
    LoneCore lone = LoneCore.unformed(3);
    lone.server().expireTimer();

    lone.receive("n2", new PreVoteResponse(1, 1, false));
    lone.receive("n2", new PreVoteRequest(2, 1, 1, List.of()));

    assertThat(lone.server().notices()).isEmpty();
  }

  @Test
  @DisplayName("a wiped node is told of the first time it meets one that knew it before")
  void shouldSayThatStorageWasEmptiedWhenVoterKnowsAnotherIncarnation() {
    LoneCore lone = LoneCore.unformed(3);
    PreVoteRequest request = new PreVoteRequest(2, 1, 1, List.of());

    lone.receive(LoneCore.envelope("n2", CoreCluster.FORMATION, 1, 9, request));
    lone.receive(LoneCore.envelope("n2", CoreCluster.FORMATION, 1, 9, request));

    assertThat(lone.server().notices())
        .containsExactly(new Notice(Notice.Kind.AWAITING_READMISSION, new NodeId("n2")));
    assertThat(lone.only(PreVoteResponse.class).granted()).isFalse();
  }
}
