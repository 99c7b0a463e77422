package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Terms and votes (§5.1, §5.2, §5.4.1), and what others got wrong about them. */
final class VoteTest {
  private static VoteRequest request(long term, long lastIndex, long lastTerm) {
    return new VoteRequest(term, lastIndex, lastTerm, false, List.of());
  }

  private static void assertVote(LoneCore lone, long term, boolean granted) {
    lone.advance(1);
    assertThat(lone.sent(VoteResponse.class)).containsExactly(new VoteResponse(term, granted));
  }

  @ParameterizedTest(name = "candidate has {0}@{1}: {2}")
  @DisplayName("§5.4.1: a vote needs a log that is at least as up to date")
  @CsvSource({
    "3, 2, true", // the same
    "4, 2, true", // longer
    "1, 3, true", // shorter, of a later term
    "2, 2, false", // shorter
    "9, 1, false", // longer, of an earlier term
    "0, 0, false", // empty
  })
  void shouldGrantVoteOnlyWhenCandidatesLogIsUpToDate(
      long lastIndex, long lastTerm, boolean granted) {
    LoneCore lone = LoneCore.voter(3, 2, "1 1 2");

    lone.receive("n2", request(5, lastIndex, lastTerm));

    assertVote(lone, 5, granted);
  }

  @Test
  @DisplayName("§5.1: a request of an older term is refused, and learns the newer one")
  void shouldRefuseVoteWhenTermIsOlder() {
    LoneCore lone = LoneCore.voter(3, 4, "1 2");

    lone.receive("n2", request(3, 9, 3));

    assertVote(lone, 4, false);
  }

  @Test
  @DisplayName("§5.2: at most one vote a term, first come first served")
  void shouldRefuseSecondCandidateWhenItHasVoted() {
    LoneCore lone = LoneCore.voter(3, 1, "1");

    lone.receive("n2", request(2, 1, 1));
    assertVote(lone, 2, true);
    lone.receive("n3", request(2, 9, 1));

    assertVote(lone, 2, false);
  }

  @Test
  @DisplayName("§5.2: an answer may be lost, so the same candidate is answered again")
  void shouldGrantAgainWhenSameCandidateAsksAgain() {
    LoneCore lone = LoneCore.voter(3, 1, "1");

    lone.receive("n2", request(2, 1, 1));
    assertVote(lone, 2, true);
    lone.receive("n2", request(2, 1, 1));

    assertVote(lone, 2, true);
  }

  @Test
  @DisplayName("§5.1: a higher term is adopted even when its candidate is refused")
  void shouldAdoptTermWhenCandidateIsRefusedForItsLog() {
    LoneCore lone = LoneCore.voter(3, 1, "1 1");

    lone.receive("n2", request(7, 1, 1));

    assertVote(lone, 7, false);
    lone.receive("n3", request(7, 2, 1));
    assertVote(lone, 7, true);
  }

  @Test
  @DisplayName("§5.2: who follows a leader of the term votes for nobody else in it")
  void shouldRefuseVoteWhenItFollowsALeaderOfThatTerm() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));
    lone.advance(600);

    lone.receive("n3", request(2, 9, 2));

    assertVote(lone, 2, false);
  }

  @Test
  @DisplayName("§5.2: the timer starts anew when a vote is granted")
  void shouldWaitAnElectionTimeoutWhenItHasGranted() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.advance(400);
    lone.receive("n2", request(2, 1, 1));
    lone.server().freeTimer();

    lone.advance(499);

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    lone.advance(501);
    assertThat(lone.role()).isEqualTo(Role.Kind.PRE_CANDIDATE);
  }

  @Test
  @DisplayName("shipped elsewhere: persisting the vote failed, yet it was granted")
  void shouldNotGrantVoteBeforeItIsDurable() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.disk().stall();

    lone.receive("n2", request(2, 1, 1));
    lone.advance(400);
    assertThat(lone.sent()).isEmpty();

    lone.server().completeOneWrite();
    assertThat(lone.disk().hardState().votedFor()).isEqualTo(new NodeId("n2"));
    assertVote(lone, 2, true);
  }

  @Test
  @DisplayName("shipped elsewhere: RequestVote was sent before its own vote was durable")
  void shouldNotSendVoteRequestBeforeOwnVoteIsDurable() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.disk().stall();
    lone.server().expireTimer();
    lone.receive("n2", new PreVoteResponse(1, 2, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);

    lone.advance(400);
    assertThat(lone.sent(VoteRequest.class)).isEmpty();

    lone.server().completeOneWrite();
    assertThat(lone.disk().hardState().votedFor()).isEqualTo(new NodeId("n1"));
    assertThat(lone.sent(VoteRequest.class)).hasSize(2).containsOnly(request(2, 1, 1));
  }

  @Test
  @DisplayName("the own vote counts when it is durable, and not before")
  void shouldNotLeadBeforeOwnVoteIsDurable() {
    LoneCore lone = LoneCore.voter(5, 1, "1");
    lone.disk().stall();
    lone.server().expireTimer();
    lone.receive("n2", new PreVoteResponse(1, 2, true));
    lone.receive("n3", new PreVoteResponse(1, 2, true));

    lone.receive("n2", new VoteResponse(2, true));
    lone.receive("n3", new VoteResponse(2, true));
    lone.receive("n4", new VoteResponse(2, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);

    lone.server().completeOneWrite();
    assertThat(lone.role()).isEqualTo(Role.Kind.LEADER);
  }

  @Test
  @DisplayName("a vote that waits for the disk is forgotten when the term moves on")
  void shouldNotSendGrantOfATermThatHasPassed() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.disk().stall();

    lone.receive("n2", request(2, 1, 1));
    lone.receive("n3", request(3, 1, 1));
    lone.server().completeOneWrite();
    lone.server().completeOneWrite();

    assertThat(lone.sent(VoteResponse.class)).containsExactly(new VoteResponse(3, true));
  }

  @Test
  @DisplayName("shipped elsewhere: a restarted node voted a second time in its term")
  void shouldRememberVoteWhenItRestarts() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.receive("n2", request(2, 1, 1));
    assertVote(lone, 2, true);

    lone.server().crash(0);
    lone.server().start();
    lone.receive("n3", request(2, 1, 1));

    assertVote(lone, 2, false);
  }

  @Test
  @DisplayName("shipped elsewhere: a restarted leader resumed its old term")
  void shouldNotLeadItsOldTermWhenItRestarts() {
    LoneCore lone = LoneCore.leader(3, 2, "1");

    lone.server().crash(0);
    lone.server().start();
    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    lone.receive("n2", new VoteResponse(2, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);

    lone.sent();
    lone.server().expireTimer();
    assertThat(lone.sent(PreVoteRequest.class))
        .containsOnly(new PreVoteRequest(3, 2, 2, List.of()));
  }

  static List<RaftMessage> messagesOfTermNine() {
    return List.of(
        new AppendResponse(9, 0, false, 0, 0, 0, 0, 0, false),
        new VoteResponse(9, false),
        new PreVoteResponse(9, 3, false),
        new VoteRequest(9, 5, 5, true, List.of()),
        new AppendRequest(9, 1, 1, 1, 0, List.of()));
  }

  @ParameterizedTest
  @MethodSource("messagesOfTermNine")
  @DisplayName("§5.1: a leader that sees a higher term steps down")
  void shouldStepDownWhenLeaderSeesHigherTerm(RaftMessage message) {
    LoneCore lone = LoneCore.leader(3, 2, "1");

    lone.receive("n2", message);

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().term()).isEqualTo(9);
  }

  @ParameterizedTest
  @MethodSource("messagesOfTermNine")
  @DisplayName("§5.1: a candidate that sees a higher term steps down")
  void shouldStepDownWhenCandidateSeesHigherTerm(RaftMessage message) {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.becomeCandidate();

    lone.receive("n2", message);

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().term()).isEqualTo(9);
  }

  @Test
  @DisplayName("§5.2: a candidate follows the leader that another majority has elected")
  void shouldFollowWhenLeaderOfTheSameTermAppears() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.becomeCandidate();

    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().role().leader()).isEqualTo(new NodeId("n2"));
    assertThat(lone.server().terms()).isEqualTo("1 2");
  }

  @Test
  @DisplayName("§5.2: votes are a majority of all voters, not of those who answer")
  void shouldLeadOnlyWithMajorityOfAllVoters() {
    LoneCore lone = LoneCore.voter(5, 1, "1");
    lone.becomeCandidate();

    lone.receive("n2", new VoteResponse(2, true));
    lone.receive("n2", new VoteResponse(2, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);

    lone.receive("n5", new VoteResponse(2, true));
    assertThat(lone.role()).isEqualTo(Role.Kind.LEADER);
  }

  @Test
  @DisplayName("§5.2: an election that cannot be won any more is given up")
  void shouldGiveUpWhenMajorityRefuses() {
    LoneCore lone = LoneCore.voter(5, 1, "1");
    lone.becomeCandidate();

    lone.receive("n2", new VoteResponse(2, false));
    lone.receive("n3", new VoteResponse(2, false));
    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);
    lone.receive("n4", new VoteResponse(2, false));

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().term()).isEqualTo(2);
  }

  @Test
  @DisplayName("a vote of an earlier term does not count")
  void shouldIgnoreVoteOfAnEarlierTerm() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.becomeCandidate();
    lone.becomeCandidate();
    assertThat(lone.core().term()).isEqualTo(3);

    lone.receive("n2", new VoteResponse(2, true));

    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);
  }

  @Test
  @DisplayName("two run under one id: only one of them gets the vote")
  void shouldRefuseVoteWhenItVotedForAnotherIncarnationOfTheCandidate() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.receive("n2", request(2, 1, 1));
    assertVote(lone, 2, true);

    lone.receive(LoneCore.envelope("n2", CoreCluster.FORMATION, 2, 1, request(2, 1, 1)));

    assertVote(lone, 2, false);
  }

  @Test
  @DisplayName("§5.2: who asks for pre-votes has not voted yet, and then stands no more")
  void shouldVoteAndGiveUpPreVotesWhenCandidateOfItsTermAsks() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.server().expireTimer();
    assertThat(lone.role()).isEqualTo(Role.Kind.PRE_CANDIDATE);

    lone.receive("n2", request(2, 1, 1));
    assertVote(lone, 2, true);
    lone.receive("n3", new PreVoteResponse(2, 3, true));

    assertThat(lone.role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(lone.core().term()).isEqualTo(2);
  }

  @Test
  @DisplayName("two run under one id: a vote is for the incarnation that asked for it")
  void shouldNotCountVoteForAnotherIncarnation() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.becomeCandidate();

    lone.receive(LoneCore.envelope("n2", CoreCluster.FORMATION, 1, 2, new VoteResponse(2, true)));

    assertThat(lone.role()).isEqualTo(Role.Kind.CANDIDATE);
  }

  @Test
  @DisplayName("shipped elsewhere: two candidates in lock-step for ever")
  void shouldElectOneWhenTwoStandInLockStep() {
    for (int seed = 1; seed <= 50; seed++) {
      CoreCluster cluster = CoreCluster.withLogs(seed, "1", "1", "1");
      cluster.start().crash("n3");

      // Each has voted for itself before it hears of the other.
      cluster.server("n1").expireTimer();
      cluster.server("n2").expireTimer();
      assertThat(
              cluster.runUntil(
                  () ->
                      cluster.server("n1").core().term() == cluster.server("n2").core().term()
                          && cluster.server("n1").core().role() instanceof Candidate
                          && cluster.server("n2").core().role() instanceof Candidate,
                  100))
          .isTrue();

      cluster.awaitLeader(4_000);
    }
  }
}
