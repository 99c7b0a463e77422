package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.TimeoutNow;
import io.raftlog.internal.message.VoteRequest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Handing leadership over (thesis §3.10). */
final class TransferTest {
  private static CoreCluster ledByN1() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();
    return cluster;
  }

  /** n1 leads term 2, and both followers have everything. */
  private static LoneCore settledLeader() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.receive("n2", LoneCore.acknowledgement(2, 1, 2));
    lone.receive("n3", LoneCore.acknowledgement(2, 2, 2));
    lone.sent();
    return lone;
  }

  @Test
  @DisplayName("§3.10: the target stands at once, although the leader is alive")
  void shouldElectTargetWithoutWaitingForATimeout() {
    CoreCluster cluster = ledByN1();

    cluster.server("n1").transferLeadership();

    assertThat(cluster.runUntil(() -> !cluster.server("n1").leads(), 10)).isTrue();
    assertThat(cluster.runUntil(() -> cluster.leader() != null, 10)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("§3.10: the target first gets everything that the leader has")
  void shouldBringTargetUpToDateFirst() {
    LoneCore lone = settledLeader();
    long index = lone.server().append(100);
    lone.advance(1);

    lone.server().transferLeadership();
    assertThat(lone.sent(TimeoutNow.class)).isEmpty();

    lone.receive("n3", LoneCore.acknowledgement(2, 5, index));
    lone.receive("n2", LoneCore.acknowledgement(2, 6, index));
    assertThat(lone.sent(TimeoutNow.class)).hasSize(1).containsOnly(new TimeoutNow(2));
  }

  @Test
  @DisplayName("§3.10: the voter that is furthest is chosen")
  void shouldChooseTheVoterThatIsFurthest() {
    LoneCore lone = settledLeader();
    long index = lone.server().append(100);
    lone.advance(1);
    lone.receive("n3", LoneCore.acknowledgement(2, 5, index));
    lone.receive("n2", LoneCore.acknowledgement(2, 6, 2));

    lone.server().transferLeadership();

    assertThat(lone.sentTo("n3", TimeoutNow.class)).hasSize(1);
    assertThat(lone.sentTo("n2", TimeoutNow.class)).isEmpty();
  }

  @Test
  @DisplayName("§3.10: nothing is appended meanwhile, for a time limit")
  void shouldRefuseProposalsUntilTheTimeLimit() {
    CoreCluster cluster = ledByN1();
    Server leader = cluster.server("n1");
    cluster.network().drop(RaftMessage.Kind.TIMEOUT_NOW);

    leader.transferLeadership();
    assertThat(leader.append(100)).isEqualTo(RaftCore.NO_CAPACITY);
    cluster.run(490);
    assertThat(leader.append(100)).isEqualTo(RaftCore.NO_CAPACITY);

    cluster.run(20);
    assertThat(leader.leads()).isTrue();
    assertThat(leader.append(100)).isPositive();
    cluster.settle();
  }

  @Test
  @DisplayName("the request to stand was lost: it is made again within the time limit")
  void shouldAskAgainWhenTheRequestWasLost() {
    CoreCluster cluster = ledByN1();
    cluster.network().drop(RaftMessage.Kind.TIMEOUT_NOW);
    cluster.server("n1").transferLeadership();
    cluster.run(1);

    cluster.network().heal();

    assertThat(cluster.runUntil(() -> !cluster.server("n1").leads(), 250)).isTrue();
    cluster.awaitLeader();
  }

  @Test
  @DisplayName("§4.2.3: the voters listen to a candidate whom the leader has asked to stand")
  void shouldMarkTheElectionWhenLeaderAskedForIt() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, ""));

    lone.receive("n2", new TimeoutNow(2));
    lone.advance(1);

    assertThat(lone.only(VoteRequest.class).transfer()).isTrue();
    assertThat(lone.core().term()).isEqualTo(3);
  }

  @Test
  @DisplayName("only the leader of the term can ask it to stand")
  void shouldIgnoreRequestToStandWhenItIsNotTheLeaders() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, ""));

    lone.receive("n3", new TimeoutNow(2));
    lone.receive("n2", new TimeoutNow(1));
    lone.receive("n2", new TimeoutNow(3));

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().term()).isEqualTo(2);
  }

  @Test
  @DisplayName("a wiped node is not chosen, and does not stand")
  void shouldNotStandWhenItDoesNotVote() {
    LoneCore lone = LoneCore.unformed(3);
    lone.receive("n2", lone.append(2, 1, 0, 0, 0, ""));

    lone.receive("n2", new TimeoutNow(2));

    assertThat(lone.core().standing()).isEqualTo(Standing.AWAITING_READMISSION);
    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().term()).isEqualTo(2);
  }

  @Test
  @DisplayName("a leader whose disk hangs is of no use once it holds all it may: another one leads")
  void shouldHandOverWhenItsOwnDiskLagsTooFar() {
    CoreCluster cluster = ledByN1();
    Server leader = cluster.server("n1");
    leader.disk().stall();

    // when: its followers commit without it
    int appended = 0;
    while (leader.leads() && leader.append(32 << 20) > 0) {
      appended++;
      cluster.run(20);
    }

    // then: four times what may be uncommitted, 64 MiB, is held in memory
    assertThat(appended).isEqualTo(8);
    assertThat(cluster.runUntil(() -> cluster.leader() != null && !leader.leads(), 600)).isTrue();
    assertThat(cluster.leader().append(100)).isPositive();
    leader.disk().resume();
    cluster.settle();
  }

  @Test
  @DisplayName("a leader whose disk hangs under little load leads on for four election timeouts")
  void shouldHandOverWhenItsOwnDiskHangs() {
    CoreCluster cluster = ledByN1();
    Server leader = cluster.server("n1");
    leader.disk().stall();
    assertThat(leader.append(100)).isPositive();

    // when: its followers commit without it, and nobody appends any more
    cluster.run(1980);
    assertThat(leader.leads()).isTrue();

    // then
    assertThat(cluster.runUntil(() -> cluster.leader() != null && !leader.leads(), 600)).isTrue();
    assertThat(cluster.leader().append(100)).isPositive();
    leader.disk().resume();
    cluster.settle();
  }

  @Test
  @DisplayName("a disk that is slower than the others', and keeps up, does not end leadership")
  void shouldLeadOnWhenItsOwnDiskIsSlowerAndKeepsUp() {
    CoreCluster cluster = ledByN1();
    Server leader = cluster.server("n1");

    cluster.diskMillis("n1", 300, 300);

    // when: something that is committed is never durable here
    for (int i = 0; i < 600; i++) {
      assertThat(leader.append(100)).isPositive();
      cluster.run(50);
    }

    // then
    assertThat(leader.leads()).isTrue();
    assertThat(leader.core().term()).isEqualTo(2);
    cluster.settle();
  }

  @Test
  @DisplayName("a single node has nobody to hand over to")
  void shouldKeepLeadingWhenItIsAlone() {
    CoreCluster cluster = CoreCluster.of(1).start();
    Server alone = cluster.awaitLeader();

    alone.transferLeadership();

    assertThat(alone.append(100)).isPositive();
    cluster.settle();
  }

  @Test
  @DisplayName("reads go on while leadership is handed over, and end when it is")
  void shouldAnswerReadsWhenItHandsOver() {
    CoreCluster cluster = ledByN1();
    Server leader = cluster.server("n1");

    leader.transferLeadership();
    leader.read();
    cluster.run(500);

    assertThat(leader.reads()).hasSize(1);
    assertThat(leader.pendingReads()).isZero();
  }
}
