package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.TimeoutNow;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.List;
import java.util.UUID;
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

  /** Seen: it remembered that formation, and refused every other one for ever. */
  @Test
  @DisplayName(
      "a request for what stood here before is not followed: its log may be gone everywhere")
  void shouldNotRememberFormationOfRequestForEarlierIncarnation() {
    LoneCore lone = LoneCore.unformed(3);

    lone.receive(
        LoneCore.envelope("n2", CoreCluster.FORMATION, 1, 9, lone.append(7, 3, 5, 6, 5, "7")));

    assertThat(lone.server().core().hardState().isFormed()).isFalse();
    lone.advance(1);
    AppendResponse answer = lone.only(AppendResponse.class);
    assertThat(answer.success()).isFalse();
    assertThat(answer.term()).isEqualTo(7);
  }

  @Test
  @DisplayName("all disks are emptied while messages of the lost log are still on their way")
  void shouldFormAnewWhenMessagesOfLostLogArriveLate() {
    CoreCluster lost = CoreCluster.of(3, 1).start();
    lost.appendAndSettle(3);
    lost.network().hold(e -> true);
    lost.run(1_000);
    List<Envelope> late = lost.network().takeHeld();
    assertThat(late).anyMatch(e -> e.message() instanceof AppendRequest);

    CoreCluster cluster = CoreCluster.of(3, 2);
    List.of("n1", "n2", "n3").forEach(cluster::wipe);
    late.forEach(cluster::deliver);
    cluster.run(1);
    late.forEach(cluster::deliver);

    cluster.appendAndSettle(1);
    late.forEach(cluster::deliver);
    cluster.appendAndSettle(1);
    assertThat(cluster.running()).allMatch(s -> s.core().standing() == Standing.VOTER);
  }

  @Test
  @DisplayName("the first election needs every configured member")
  void shouldFormOnlyWhenEveryMemberIsThere() {
    CoreCluster cluster = CoreCluster.of(3);
    cluster.restart("n1");
    cluster.restart("n2");
    cluster.run(20_000);
    assertThat(cluster.leader()).isNull();
    assertThat(cluster.running()).noneMatch(s -> s.core().hardState().isFormed());

    cluster.restart("n3");

    cluster.appendAndSettle(1);
    assertThat(cluster.running()).allMatch(s -> s.core().standing() == Standing.VOTER);
    assertThat(cluster.running().stream().map(s -> s.core().hardState().formation()).distinct())
        .hasSize(1);
  }

  @Test
  @DisplayName("afterwards a majority suffices")
  void shouldElectWithAMajorityOnceFormed() {
    CoreCluster cluster = CoreCluster.of(3).start();
    cluster.settle();

    for (Server server : cluster.running()) {
      server.crash(0);
    }
    cluster.restart("n1");
    cluster.restart("n3");

    cluster.appendAndSettle(1);
  }

  @Test
  @DisplayName("whoever is wiped, and however many are down, no second cluster is formed")
  void shouldNotFormASecondClusterWhenNodesAreWiped() {
    for (List<String> wiped :
        List.of(List.of("n3"), List.of("n2", "n3"), List.of("n1", "n2", "n4", "n5"))) {
      CoreCluster cluster = CoreCluster.of(5).start();
      cluster.appendAndSettle(3);
      cluster.running().forEach(s -> s.crash(0));
      cluster.network().clear();

      wiped.forEach(cluster::wipe);
      cluster.run(20_000);

      assertThat(cluster.leader()).isNull();
      assertThat(cluster.running())
          .allMatch(s -> s.core().hardState().equals(HardState.EMPTY) && s.log().isEmpty());
    }
  }

  @Test
  @DisplayName(
      "a node that remembers the cluster keeps any number of wiped ones from forming another")
  void shouldNotFormASecondClusterWhenOneNodeRemembers() {
    CoreCluster cluster = CoreCluster.of(3).start();
    cluster.appendAndSettle(3);
    cluster.wipe("n2");
    cluster.wipe("n3");

    cluster.run(20_000);

    assertThat(cluster.leader()).isNull();
    assertThat(cluster.checks().committedIndex()).isEqualTo(4);
    assertThat(cluster.server("n2").notices())
        .extracting(Notice::kind)
        .containsExactly(Notice.Kind.AWAITING_READMISSION);
  }

  @Test
  @DisplayName("the formation leader crashes when its write is durable, and nobody has heard of it")
  void shouldFormWhenFormationLeaderCrashesAfterItsWrite() {
    CoreCluster cluster = elected();
    cluster.network().drop(e -> true);
    cluster.server("n1").completeOneWrite();
    cluster.run(1);
    cluster.crash("n1");
    cluster.network().heal();
    freeTimers(cluster);

    // The others cannot know whether something was committed: they wait for it.
    cluster.run(10_000);
    assertThat(cluster.leader()).isNull();

    cluster.restart("n1");
    cluster.appendAndSettle(1);
  }

  @Test
  @DisplayName("the formation leader fails for good when one follower has heard of it")
  void shouldContinueWhenOneFollowerHasTheFormation() {
    CoreCluster cluster = elected();
    cluster.network().drop(e -> e.to().equals(new NodeId("n3")));
    cluster.server("n1").completeOneWrite();
    assertThat(cluster.runUntil(() -> cluster.server("n2").disk().log().size() == 1, 10)).isTrue();
    cluster.crash("n1");
    cluster.network().heal();
    freeTimers(cluster);

    cluster.appendAndSettle(1);
    assertThat(cluster.leader()).isSameAs(cluster.server("n2"));

    cluster.restart("n1");
    cluster.settle();
  }

  @Test
  @DisplayName("that follower crashes too, before its own write is durable")
  void shouldFormWhenOnlyFollowerForgetsTheFormation() {
    CoreCluster cluster = elected();
    cluster.network().drop(e -> e.to().equals(new NodeId("n3")));
    cluster.server("n2").disk().stall();
    cluster.server("n1").completeOneWrite();
    assertThat(cluster.runUntil(() -> cluster.server("n2").log().size() == 1, 10)).isTrue();
    cluster.crash("n1");
    cluster.crash("n2");
    cluster.network().heal();
    cluster.restart("n2");
    freeTimers(cluster);
    cluster.run(5_000);
    assertThat(cluster.leader()).isNull();

    cluster.restart("n1");
    cluster.appendAndSettle(1);
  }

  @Test
  @DisplayName("nodes that were configured with other members refuse each other, and say so")
  void shouldRefuseEachOtherWhenMembersDiffer() {
    CoreCluster cluster = CoreCluster.of(4);
    cluster.configure("n1", "n1", "n2", "n3");
    cluster.configure("n2", "n3", "n2", "n1");
    cluster.configure("n3", "n1", "n2", "n3", "n4");
    for (String id : List.of("n1", "n2", "n3")) {
      cluster.restart(id);
    }

    cluster.run(10_000);

    assertThat(cluster.leader()).isNull();
    assertThat(cluster.server("n1").notices())
        .containsExactly(new Notice(Notice.Kind.MEMBERS_DIFFER, new NodeId("n3")));
    assertThat(cluster.server("n3").notices())
        .containsExactlyInAnyOrder(
            new Notice(Notice.Kind.MEMBERS_DIFFER, new NodeId("n1")),
            new Notice(Notice.Kind.MEMBERS_DIFFER, new NodeId("n2")));

    cluster.crash("n3");
    cluster.configure("n3", "n2", "n3", "n1");
    cluster.restart("n3");
    assertThat(cluster.runUntil(() -> cluster.leader() != null, 5_000)).isTrue();
  }

  @Test
  @DisplayName("a node of another formation is not listened to, whatever its term")
  void shouldIgnoreAnotherFormationBeforeLookingAtTerms() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    UUID other = new UUID(9, 9);
    List<RaftMessage> messages =
        List.of(
            new PreVoteRequest(99, 99, 99, List.of()),
            new VoteRequest(99, 99, 99, true, List.of()),
            new VoteResponse(99, true),
            new AppendRequest(99, 1, 1, 1, 1, List.of()),
            new AppendResponse(99, 1, false, 0, 0, 0, 0, 0, false),
            new TimeoutNow(1));

    messages.forEach(m -> lone.receive(LoneCore.envelope("n2", other, 1, 1, m)));
    lone.advance(10);

    assertThat(lone.sent()).isEmpty();
    assertThat(lone.core().hardState()).isEqualTo(new HardState(1, null, CoreCluster.FORMATION));
    assertThat(lone.server().notices())
        .containsExactly(new Notice(Notice.Kind.FOREIGN_FORMATION, new NodeId("n2")));
  }

  @Test
  @DisplayName("a node without a formation can ask to form one, and nothing else")
  void shouldIgnoreWhatUnformedNodesCannotSay() {
    LoneCore lone = LoneCore.voter(3, 1, "1");

    lone.receiveUnformed("n2", new AppendRequest(99, 1, 0, 0, 0, List.of()));
    lone.receiveUnformed("n2", new TimeoutNow(1));
    lone.receiveUnformed("n2", new VoteRequest(99, 99, 99, true, List.of()));
    lone.advance(1);

    assertThat(lone.core().term()).isEqualTo(1);
    assertThat(lone.sent(VoteResponse.class)).containsExactly(new VoteResponse(1, false));
  }

  @Test
  @DisplayName("who forms a cluster counts only those who belong to none")
  void shouldNotCountFormedNodesWhenItForms() {
    LoneCore lone = LoneCore.unformed(3);
    lone.server().expireTimer();

    lone.receiveUnformed("n2", new PreVoteResponse(0, 1, true));
    lone.receive("n3", new PreVoteResponse(0, 1, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.PRE_CANDIDATE);

    lone.receiveUnformed("n3", new PreVoteResponse(0, 1, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);
    lone.advance(1);
    lone.receiveUnformed("n2", new VoteResponse(1, true));
    lone.receive("n3", new VoteResponse(1, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);
  }

  @Test
  @DisplayName("whoever starts first and however slowly the others follow, one cluster is formed")
  void shouldFormOnceWhateverTheOrderOfStarts() {
    for (int seed = 1; seed <= 50; seed++) {
      CoreCluster cluster = CoreCluster.of(5, seed);
      for (NodeId id : cluster.ids()) {
        cluster.run(cluster.random().nextLong(700));
        cluster.restart(id.value());
      }
      cluster.awaitLeader(15_000);
      cluster.settle();
    }
  }
}
