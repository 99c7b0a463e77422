package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.RaftMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node whose disk was wiped comes back as another incarnation and is re-admitted (§6). */
final class ReadmissionTest {
  private static boolean votes(CoreCluster cluster, Server server) {
    Membership membership = cluster.checks().committedMembership();
    return membership != null && !membership.isJoint() && membership.contains(server.member());
  }

  @Test
  @DisplayName("§6: a voter that has not seen the change helps to elect one who has")
  void shouldElectReadmittedNodeWhenVoterHasNotHeardOfItsReadmission() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();
    cluster.isolate("n5");
    Server fresh = cluster.wipe("n2");
    fresh.holdTimer();
    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 5_000)).isTrue();
    cluster.isolate("n4");
    cluster.server("n1").append(100);
    cluster.run(300);
    assertThat(fresh.commitIndex()).isGreaterThan(cluster.server("n4").log().size());

    cluster.crash("n1");
    cluster.crash("n3");
    cluster.network().heal();

    assertThat(cluster.elect("n2")).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("a log that is never idle for a heartbeat re-admits as well")
  void shouldReadmitWhenLogIsBusy() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    Server fresh = cluster.wipe("n3");

    for (int i = 0; i < 200 && !votes(cluster, fresh); i++) {
      cluster.server("n1").append(100);
      cluster.run(20);
    }

    assertThat(votes(cluster, fresh)).isTrue();
  }

  @Test
  @DisplayName("§5.1: a leader steps down for a higher term, also of a node that does not vote")
  void shouldCatchUpWhenWipedNodesTermIsHigherThanTheLeaders() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").start();
    cluster.crash("n3");
    cluster.awaitLeader();
    Server fresh = cluster.replace("n3");
    fresh.disk().preset(new HardState(9, null, CoreCluster.FORMATION), cluster.extents(1, "1"), 0);

    fresh.start();

    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 10_000)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("§6: a leader that the new membership leaves out steps down when it is committed")
  void shouldStepDownWhenNewMembershipLeavesTheLeaderOut() {
    // n1 was about to be re-admitted under a second incarnation, when its first disk came back.
    CoreCluster cluster = amidReadmissionOf("n1", 1);
    Server first = cluster.server("n1");
    assertThat(cluster.elect("n1")).isTrue();

    assertThat(cluster.runUntil(() -> !first.leads(), 1_000)).isTrue();
    assertThat(first.core().standing()).isEqualTo(Standing.AWAITING_READMISSION);
    cluster.everybody().forEach(Server::freeTimer);
    assertThat(cluster.runUntil(() -> votes(cluster, first), 10_000)).isTrue();
    cluster.settle();
  }

  /** Three nodes led by n1, with some entries; timers are held. */
  private static CoreCluster ledByN1() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.appendAndCommit(cluster.server("n1"), 5);
    cluster.settle();
    return cluster;
  }

  private static Membership inForce(CoreCluster cluster) {
    return Objects.requireNonNull(cluster.server("n1").core().membership());
  }

  private static void awaitVote(CoreCluster cluster, Server server) {
    assertThat(cluster.runUntil(() -> votes(cluster, server), 5_000)).isTrue();
  }

  @Test
  @DisplayName("it is told, catches up, is re-admitted by an entry of the others, and votes")
  void shouldVoteAgainWhenItHasCaughtUp() {
    CoreCluster cluster = ledByN1();

    Server fresh = cluster.wipe("n3");
    cluster.run(20);
    assertThat(fresh.core().standing()).isNotEqualTo(Standing.VOTER);
    awaitVote(cluster, fresh);
    cluster.settle();

    assertThat(fresh.notices())
        .extracting(Notice::kind)
        .containsExactly(Notice.Kind.AWAITING_READMISSION);
    assertThat(fresh.core().standing()).isEqualTo(Standing.VOTER);
    assertThat(fresh.terms()).isEqualTo(cluster.server("n1").terms());

    // Now it is as good as any other.
    cluster.crash("n2");
    cluster.appendAndCommit(cluster.server("n1"), 1);
    cluster.crash("n1");
    cluster.restart("n2");
    assertThat(cluster.elect("n3")).isTrue();
  }

  @Test
  @DisplayName("§6: the change goes through a joint membership, one entry each")
  void shouldReadmitByJointMembership() {
    CoreCluster cluster = ledByN1();
    long before = cluster.server("n1").log().size();

    Server fresh = cluster.wipe("n3");
    awaitVote(cluster, fresh);

    List<Membership> changes =
        cluster.server("n1").log().stream()
            .skip(before)
            .map(e -> Objects.requireNonNull(e.extent().membership()))
            .toList();
    assertThat(changes).hasSize(2);
    assertThat(changes.get(0).isJoint()).isTrue();
    assertThat(changes.get(0).outgoing()).isEqualTo(cluster.firstMembership().voters());
    assertThat(changes.get(1)).isEqualTo(changes.get(0).settled());
  }

  @Test
  @DisplayName("shipped elsewhere: an empty disk voted under an old id")
  void shouldNotLetEmptyDiskVote() {
    CoreCluster cluster = ledByN1();
    // n2 lacks what n1 and n3 have committed. If n3 forgot it and voted for n2, it would be lost.
    cluster.isolate("n2");
    cluster.appendAndCommit(cluster.server("n1"), 3);
    cluster.crash("n1");
    cluster.wipe("n3");
    cluster.network().heal();
    cluster.everybody().forEach(Server::freeTimer);

    cluster.run(20_000);

    assertThat(cluster.leader()).isNull();
    cluster.restart("n1");
    cluster.settle();
    assertThat(cluster.server("n2").terms()).isEqualTo(cluster.server("n1").terms());
  }

  @Test
  @DisplayName("until it votes, it does not count for commit")
  void shouldNotCountEmptyDiskForCommit() {
    CoreCluster cluster = ledByN1();
    cluster.crash("n2");
    cluster.wipe("n3");
    long index = cluster.server("n1").append(100);

    cluster.run(450);

    assertThat(cluster.server("n1").leads()).isTrue();
    assertThat(cluster.server("n1").commitIndex()).isLessThan(index);
  }

  @Test
  @DisplayName("it cannot be re-admitted by less than a majority of the others")
  void shouldNotReadmitWithoutAMajorityOfTheOldVoters() {
    CoreCluster cluster = ledByN1();
    cluster.crash("n2");
    Server fresh = cluster.wipe("n3");
    cluster.everybody().forEach(Server::freeTimer);

    cluster.run(20_000);
    assertThat(votes(cluster, fresh)).isFalse();

    cluster.restart("n2");
    cluster.run(10_000);
    assertThat(votes(cluster, fresh)).isTrue();
  }

  @Test
  @DisplayName("§4.2.1: it is not re-admitted before it has caught up")
  void shouldNotReadmitBeforeItHasCaughtUp() {
    CoreCluster cluster = ledByN1();
    Server fresh = cluster.replace("n3");
    fresh.start();
    fresh.disk().stall();

    cluster.run(5_000);
    assertThat(inForce(cluster)).isEqualTo(cluster.firstMembership());

    fresh.disk().resume();
    awaitVote(cluster, fresh);
  }

  @Test
  @DisplayName("§4.1: two wiped nodes are re-admitted one after the other")
  void shouldReadmitOneAfterTheOther() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1", "1", "1").start();
    cluster.settle();

    Server n4 = cluster.wipe("n4");
    Server n5 = cluster.wipe("n5");

    // That there is never more than one uncommitted change is checked at every proposal.
    assertThat(cluster.runUntil(() -> votes(cluster, n4) && votes(cluster, n5), 10_000)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("a node that is wiped while it is being re-admitted begins again")
  void shouldReadmitAgainWhenItIsWipedAgain() {
    CoreCluster cluster = ledByN1();
    cluster.wipe("n3");
    assertThat(cluster.runUntil(() -> inForce(cluster).isJoint(), 5_000)).isTrue();

    Server third = cluster.wipe("n3");

    awaitVote(cluster, third);
    cluster.settle();
  }

  @Test
  @DisplayName("§6: a new leader finishes the change that the old one has begun")
  void shouldFinishReadmissionWhenLeaderFails() {
    CoreCluster cluster = ledByN1();
    Server fresh = cluster.wipe("n3");
    assertThat(
            cluster.runUntil(
                () -> {
                  Membership membership = cluster.server("n2").core().membership();
                  return membership != null && membership.isJoint();
                },
                5_000))
        .isTrue();
    cluster.crash("n1");
    cluster.restart("n1");
    cluster.everybody().forEach(Server::freeTimer);

    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 10_000)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("a re-admission that reached nobody is forgotten with its leader")
  void shouldBeginAgainWhenReadmissionIsLostWithItsLeader() {
    CoreCluster cluster = ledByN1();
    Server fresh = cluster.wipe("n3");
    cluster.network().drop(ReadmissionTest::saysJoint);
    assertThat(cluster.runUntil(() -> inForce(cluster).isJoint(), 5_000)).isTrue();
    cluster.crash("n1");
    cluster.network().heal();
    cluster.run(5_000);
    assertThat(votes(cluster, fresh)).isFalse();

    cluster.restart("n1");
    cluster.everybody().forEach(Server::freeTimer);

    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 10_000)).isTrue();
    cluster.settle();
  }

  /** Three nodes, all of which have the joint membership as second entry, of term 2. */
  private static CoreCluster amidReadmissionOf(String id, int committed) {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers();
    List<Extent> extents = new ArrayList<>(cluster.extents(1, "1"));
    Membership joint =
        cluster.firstMembership().readmitting(new NodeId(id), CoreCluster.incarnation(id, 2));
    extents.add(new Extent(2, 2, 100, joint));
    for (Server server : cluster.everybody()) {
      server.disk().preset(new HardState(2, null, CoreCluster.FORMATION), extents, committed);
    }
    cluster.checks().preset(cluster.server("n1").disk().log().subList(0, committed));
    return cluster.start();
  }

  @Test
  @DisplayName("§4.1: a new leader changes no membership before an entry of its term is committed")
  void shouldFinishReadmissionOnlyWhenAnEntryOfItsTermIsCommitted() {
    CoreCluster cluster = amidReadmissionOf("n3", 2);
    cluster.network().drop(RaftMessage.Kind.APPEND_RESPONSE);
    assertThat(cluster.elect("n1")).isTrue();

    cluster.run(300);
    assertThat(cluster.server("n1").terms()).isEqualTo("1 2 3");

    cluster.network().heal();
    cluster.run(300);
    assertThat(cluster.server("n1").terms()).startsWith("1 2 3 3");
  }

  private static boolean saysJoint(Envelope envelope) {
    return envelope.message() instanceof AppendRequest request
        && request.entries().stream()
            .map(Extent::membership)
            .anyMatch(m -> m != null && m.isJoint());
  }

  @Test
  @DisplayName("as long as a voter is heard of, nobody takes its place")
  void shouldKeepVoterWhenAnotherAnswersUnderItsName() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.receive("n2", LoneCore.acknowledgement(2, 1, 2));
    assertThat(lone.core().commitIndex()).isEqualTo(2);

    Envelope other =
        LoneCore.envelope("n2", CoreCluster.FORMATION, 2, 1, LoneCore.acknowledgement(2, 1, 2));
    for (int i = 0; i < 20; i++) {
      lone.advance(50);
      lone.receive("n2", LoneCore.acknowledgement(2, 1, 2));
      lone.receive(other);
    }
    long index = lone.server().append(100);
    lone.advance(1);
    lone.receive(
        LoneCore.envelope(
            "n2", CoreCluster.FORMATION, 2, 1, LoneCore.acknowledgement(2, 99, index)));
    assertThat(lone.core().commitIndex()).isLessThan(index);
    lone.receive("n2", LoneCore.acknowledgement(2, 99, index));

    assertThat(lone.core().commitIndex()).isEqualTo(index);
    assertThat(lone.core().membership()).isEqualTo(lone.cluster().firstMembership());
  }

  /** How far the re-admission of the wiped n3 has got. */
  private enum Stage {
    STARTED,
    CATCHING_UP,
    JOINT_PROPOSED,
    JOINT_AT_THE_OTHERS,
    SETTLED_PROPOSED,
    SETTLED;

    boolean isReached(CoreCluster cluster, Server fresh) {
      Membership leaders = inForce(cluster);
      Membership others = cluster.server("n2").core().membership();
      return switch (this) {
        case STARTED -> true;
        case CATCHING_UP -> !fresh.log().isEmpty();
        case JOINT_PROPOSED -> leaders.isJoint();
        case JOINT_AT_THE_OTHERS -> others != null && others.isJoint();
        case SETTLED_PROPOSED -> leaders.contains(fresh.member()) && !leaders.isJoint();
        case SETTLED -> votes(cluster, fresh);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  @DisplayName("the old disk is put back in, at any stage of the re-admission")
  void shouldStaySafeWhenOldDiskComesBackInsteadOfTheNew(Stage stage) {
    CoreCluster cluster = ledByN1();
    Server old = cluster.server("n3");
    Server fresh = cluster.wipe("n3");
    assertThat(cluster.runUntil(() -> stage.isReached(cluster, fresh), 5_000)).isTrue();

    cluster.swapIn(old);
    cluster.everybody().forEach(Server::freeTimer);

    // A change that was under way is finished first. Then whichever disk is there votes again.
    cluster.run(5_000);
    assertThat(cluster.runUntil(() -> votes(cluster, old), 20_000)).isTrue();
    cluster.appendAndSettle(1);
    assertThat(old.core().standing()).isEqualTo(Standing.VOTER);
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  @DisplayName("somebody starts the node on its old disk too, at any stage of the re-admission")
  void shouldStaySafeWhenOldDiskRunsBesidesTheNew(Stage stage) {
    CoreCluster cluster = ledByN1();
    Server old = cluster.server("n3");
    Server fresh = cluster.wipe("n3");
    assertThat(cluster.runUntil(() -> stage.isReached(cluster, fresh), 5_000)).isTrue();

    cluster.runBesides(old);
    cluster.everybody().forEach(Server::freeTimer);
    for (int i = 0; i < 20; i++) {
      cluster.run(250);
      cluster.running().stream().filter(Server::leads).forEach(s -> s.append(100));
    }

    cluster.keepOnly(fresh);
    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 20_000)).isTrue();
    cluster.appendAndSettle(1);
  }

  @Test
  @DisplayName("an operator is told when an earlier disk is put back in")
  void shouldSayThatStorageIsAnotherWhenEarlierDiskIsPutBack() {
    CoreCluster cluster = ledByN1();
    Server old = cluster.server("n3");
    Server fresh = cluster.wipe("n3");
    awaitVote(cluster, fresh);
    cluster.appendAndSettle(1);
    assertThat(old.notices()).isEmpty();

    cluster.swapIn(old);
    awaitVote(cluster, old);

    assertThat(old.notices())
        .extracting(Notice::kind)
        .containsExactly(Notice.Kind.AWAITING_READMISSION);
  }

  /** Seen: the leader took no notice of it, for ever, since it belonged to no formation. */
  @Test
  @DisplayName("it has heard of a later term, in a late message of a log that was lost")
  void shouldVoteAgainWhenItsTermIsLaterThanTheLeaders() {
    CoreCluster cluster = ledByN1();
    Server fresh = cluster.wipe("n3");
    UUID lost = new UUID(9, 9);
    NodeId n2 = new NodeId("n2");
    AppendRequest late = new AppendRequest(7, 1, 0, 0, 0, List.of());

    cluster.deliver(
        new Envelope(
            n2,
            fresh.id(),
            lost,
            CoreCluster.incarnation("n2", 9),
            CoreCluster.incarnation("n3", 9),
            late));
    assertThat(fresh.core().term()).isEqualTo(7);
    cluster.everybody().forEach(Server::freeTimer);

    cluster.run(5_000);
    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 20_000)).isTrue();
    cluster.appendAndSettle(1);
  }

  @Test
  @DisplayName("the old disk elects nobody once its node votes under the new one")
  void shouldNotElectWithTheOldDiskWhenNewOneVotes() {
    CoreCluster cluster = ledByN1();
    Server old = cluster.server("n3");
    Server fresh = cluster.wipe("n3");
    awaitVote(cluster, fresh);
    cluster.settle();
    cluster.crash("n1");
    cluster.swapIn(old);
    cluster.everybody().forEach(Server::freeTimer);

    cluster.run(20_000);
    assertThat(cluster.leader()).isNull();

    cluster.swapIn(fresh);
    cluster.appendAndSettle(1);
  }
}
