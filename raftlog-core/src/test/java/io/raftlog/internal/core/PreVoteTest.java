package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pre-votes (thesis §9.6) and servers that would disturb a leader (thesis §4.2.3). */
final class PreVoteTest {
  private static final HardState IN_TERM_ONE = new HardState(1, null, CoreCluster.FORMATION);

  private static PreVoteRequest request(long term, long lastIndex, long lastTerm) {
    return new PreVoteRequest(term, lastIndex, lastTerm, List.of());
  }

  private static void assertPreVote(LoneCore lone, PreVoteResponse expected) {
    assertThat(lone.sent(PreVoteResponse.class)).containsExactly(expected);
  }

  @Test
  @DisplayName("§9.6: asking for pre-votes changes neither term nor vote")
  void shouldKeepTermWhenItAsksForPreVotes() {
    LoneCore lone = LoneCore.voter(3, 1, "1 1");

    for (int i = 0; i < 5; i++) {
      lone.server().expireTimer();
    }
    lone.advance(10);

    assertThat(lone.role()).isEqualTo(Role.Kind.PRE_CANDIDATE);
    assertThat(lone.core().hardState()).isEqualTo(IN_TERM_ONE);
    assertThat(lone.disk().hardState()).isEqualTo(IN_TERM_ONE);
    assertThat(lone.sent(PreVoteRequest.class)).hasSize(10).containsOnly(request(2, 2, 1));
  }

  @Test
  @DisplayName("§9.6: granting a pre-vote changes nothing, and needs no disk")
  void shouldGrantPreVotesToSeveralWhenAsked() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.disk().stall();

    lone.receive("n2", request(2, 1, 1));
    lone.receive("n3", request(2, 1, 1));

    assertThat(lone.sent(PreVoteResponse.class))
        .containsExactly(new PreVoteResponse(1, 2, true), new PreVoteResponse(1, 2, true));
    assertThat(lone.core().hardState()).isEqualTo(IN_TERM_ONE);
  }

  @Test
  @DisplayName("§9.6: a pre-vote needs an up-to-date log, as a vote does")
  void shouldRefusePreVoteWhenCandidatesLogIsBehind() {
    LoneCore lone = LoneCore.voter(3, 2, "1 2");

    lone.receive("n2", request(3, 1, 1));

    assertPreVote(lone, new PreVoteResponse(2, 3, false));
  }

  @Test
  @DisplayName("§9.6: a pre-vote for a term that has begun is refused")
  void shouldRefusePreVoteWhenItsTermIsNotNewer() {
    LoneCore lone = LoneCore.voter(3, 4, "1");

    lone.receive("n2", request(4, 9, 3));

    assertPreVote(lone, new PreVoteResponse(4, 4, false));
  }

  @Test
  @DisplayName("§4.2.3: while the leader is heard of, nobody gets a pre-vote")
  void shouldRefusePreVoteWhenLeaderWasHeardOfLately() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));

    lone.advance(499);
    lone.receive("n3", request(9, 9, 9));
    assertPreVote(lone, new PreVoteResponse(2, 9, false));

    lone.advance(1);
    lone.receive("n3", request(9, 9, 9));
    assertPreVote(lone, new PreVoteResponse(2, 9, true));
  }

  @Test
  @DisplayName("§4.2.3: while the leader is heard of, a request for votes is not even answered")
  void shouldIgnoreVoteRequestWhenLeaderWasHeardOfLately() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));
    lone.advance(499);
    lone.sent();

    lone.receive("n3", new VoteRequest(9, 9, 9, false, List.of()));
    lone.advance(1);

    assertThat(lone.sent(VoteResponse.class)).isEmpty();
    assertThat(lone.core().term()).isEqualTo(2);
  }

  @Test
  @DisplayName("§4.2.3: a leader helps nobody to depose it")
  void shouldRefuseWhenItLeads() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.sent();

    lone.receive("n3", request(3, 9, 9));
    lone.receive("n3", new VoteRequest(3, 9, 9, false, List.of()));

    assertPreVote(lone, new PreVoteResponse(2, 3, false));
    assertThat(lone.role()).isEqualTo(Role.Kind.LEADER);
  }

  @Test
  @DisplayName("§9.6: it stands only when a majority would vote for it")
  void shouldStandOnlyWhenMajorityWouldVote() {
    LoneCore lone = LoneCore.voter(5, 1, "1");
    lone.server().expireTimer();

    lone.receive("n2", new PreVoteResponse(1, 2, true));
    lone.receive("n3", new PreVoteResponse(1, 2, false));
    assertThat(lone.role()).isEqualTo(Role.Kind.PRE_CANDIDATE);

    lone.receive("n4", new PreVoteResponse(1, 2, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);
    assertThat(lone.core().term()).isEqualTo(2);
  }

  @Test
  @DisplayName("a pre-vote that was granted for another term does not count")
  void shouldIgnorePreVoteForAnotherTerm() {
    LoneCore lone = LoneCore.voter(3, 4, "1");
    lone.server().expireTimer();

    lone.receive("n2", new PreVoteResponse(3, 4, true));

    assertThat(lone.role()).isEqualTo(Role.Kind.PRE_CANDIDATE);
  }

  @Test
  @DisplayName("a pre-candidate follows as soon as it hears from the leader")
  void shouldFollowWhenLeaderSpeaksToPreCandidate() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.server().expireTimer();

    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));
    lone.receive("n3", new PreVoteResponse(2, 3, true));

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().role().leader()).isEqualTo(new NodeId("n2"));
    assertThat(lone.core().term()).isEqualTo(2);
  }

  @Test
  @DisplayName("shipped elsewhere: pre-votes stuck when a node with a short log is terms ahead")
  void shouldElectWhenNodeWithShorterLogIsInALaterTerm() {
    CoreCluster cluster = CoreCluster.withLogs("1 1", "1 1", "1");
    cluster.preset("n3", 50, "1");
    cluster.start().crash("n2");

    Server leader = cluster.awaitLeader(4_000);

    assertThat(leader.id()).isEqualTo(new NodeId("n1"));
    assertThat(leader.core().term()).isGreaterThan(50);
  }

  @Test
  @DisplayName("shipped elsewhere: an isolated node with a higher term caused endless elections")
  void shouldKeepLeaderWhenIsolatedNodeReturns() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").start();
    Server leader = cluster.awaitLeader();
    String isolated = leader.id().value().equals("n3") ? "n2" : "n3";
    cluster.isolate(isolated);
    for (int i = 0; i < 10; i++) {
      leader.append(100);
      cluster.run(1_000);
    }
    long term = leader.core().term();
    assertThat(cluster.server(isolated).core().term()).isEqualTo(term);

    cluster.network().heal();
    cluster.run(5_000);

    assertThat(cluster.leader()).isSameAs(leader);
    assertThat(leader.core().term()).isEqualTo(term);
    cluster.settle();
  }

  @Test
  @DisplayName("§9.6: a follower that cannot hear the leader, but is heard, deposes nobody")
  void shouldKeepLeaderWhenOneLinkIsCutOneWay() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.everybody().forEach(Server::freeTimer);
    cluster.settle();
    long term = cluster.server("n1").core().term();

    cluster.network().cut("n1", "n3");
    cluster.run(10_000);

    assertThat(cluster.server("n1").leads()).isTrue();
    assertThat(cluster.server("n1").core().term()).isEqualTo(term);
  }

  @Test
  @DisplayName("a lost connection to the leader is a reason to ask soon")
  void shouldElectSoonWhenConnectionsToLeaderAreLost() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").start();
    Server leader = cluster.awaitLeader();
    cluster.settle();

    leader.crash(0);
    cluster.running().forEach(s -> s.disconnected(leader.id()));

    assertThat(cluster.runUntil(() -> cluster.leader() != null, 250)).isTrue();
  }

  @Test
  @DisplayName("those who have lost the leader take turns, so that they do not split the vote")
  void shouldElectAtTheFirstAttemptWhenConnectionsToLeaderAreLost() {
    for (int seed = 1; seed <= 200; seed++) {
      CoreCluster cluster = CoreCluster.of(3, seed).start();
      Server leader = cluster.awaitLeader();
      cluster.settle();
      long term = leader.core().term();

      leader.crash(0);
      cluster.running().forEach(s -> s.disconnected(leader.id()));
      boolean elected = cluster.runUntil(() -> cluster.leader() != null, 250);

      assertThat(elected).as("seed %s", seed).isTrue();
      assertThat(cluster.leader().core().term()).as("seed %s", seed).isEqualTo(term + 1);
    }
  }

  @Test
  @DisplayName("a connection that one follower alone has lost deposes nobody")
  void shouldKeepLeaderWhenOneFollowerLosesItsConnection() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").start();
    Server leader = cluster.awaitLeader();
    cluster.settle();
    long term = leader.core().term();

    for (Server server : cluster.running()) {
      server.disconnected(leader.id());
      cluster.run(1_000);
    }

    assertThat(cluster.leader()).isSameAs(leader);
    assertThat(leader.core().term()).isEqualTo(term);
  }

  @Test
  @DisplayName("messages of nodes that are no members have no effect, whatever their term")
  void shouldIgnoreStrangers() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    List<RaftMessage> messages =
        List.of(
            request(9, 9, 9),
            new VoteRequest(9, 9, 9, true, List.of()),
            new VoteResponse(9, true),
            lone.append(9, 1, 1, 1, 1, "9"));

    messages.forEach(m -> lone.receive("n7", m));

    assertThat(lone.sent()).isEmpty();
    assertThat(lone.core().hardState()).isEqualTo(IN_TERM_ONE);
  }
}
