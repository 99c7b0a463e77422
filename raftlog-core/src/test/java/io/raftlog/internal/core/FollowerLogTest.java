package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a follower does with append requests (§5.3), and what others got wrong about it. */
final class FollowerLogTest {
  private static AppendResponse success(long term, long requestId, long match) {
    return LoneCore.acknowledgement(term, requestId, match);
  }

  private static AppendResponse rejection(
      long term, long requestId, long prevIndex, long at, long atTerm, long atFirst) {
    return new AppendResponse(term, requestId, false, 0, prevIndex, at, atTerm, atFirst, false);
  }

  private static void assertAnswers(LoneCore lone, AppendResponse... expected) {
    lone.advance(1);
    assertThat(lone.sent(AppendResponse.class)).containsExactly(expected);
  }

  @Test
  @DisplayName("§5.3: entries are acknowledged when they are durable")
  void shouldAcknowledgeEntriesOnlyWhenTheyAreDurable() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.disk().stall();

    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2 2"));
    lone.advance(400);
    // That the logs agree up to here is worth telling at once: the leader may pipeline from there.
    assertAnswers(lone, success(2, 1, 1));

    lone.server().completeOneWrite();
    assertAnswers(lone, success(2, 1, 3));
  }

  @Test
  @DisplayName("nothing is acknowledged in a term that the disk does not know yet")
  void shouldNotAcknowledgeHeartbeatBeforeItsTermIsDurable() {
    LoneCore lone = LoneCore.voter(3, 1, "1");
    lone.disk().stall();

    lone.receive("n2", lone.append(2, 1, 1, 1, 0, ""));
    assertThat(lone.sent()).isEmpty();

    lone.server().completeOneWrite();
    assertAnswers(lone, success(2, 1, 1));
  }

  @Test
  @DisplayName("a slow disk must not look like a lost follower: heartbeats are answered at once")
  void shouldAnswerHeartbeatAtOnceWhenDiskIsSlow() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.disk().stall();
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2 2"));
    lone.sent();

    lone.receive("n2", lone.append(2, 2, 3, 2, 0, ""));

    assertAnswers(lone, success(2, 2, 1));
    lone.server().completeOneWrite();
    assertAnswers(lone, success(2, 2, 3));
  }

  @Test
  @DisplayName("§5.3: a gap is rejected, with where the log ends")
  void shouldRejectWhenEntryBeforeIsMissing() {
    LoneCore lone = LoneCore.voter(3, 4, "1 1 2 2");

    lone.receive("n2", lone.append(4, 7, 9, 4, 0, "4"));

    assertAnswers(lone, rejection(4, 7, 9, 4, 2, 3));
    assertThat(lone.server().terms()).isEqualTo("1 1 2 2");
  }

  @Test
  @DisplayName("§5.3: a conflict is rejected, with its term and where that begins")
  void shouldRejectWhenEntryBeforeHasAnotherTerm() {
    LoneCore lone = LoneCore.voter(3, 4, "1 2 2 2");

    lone.receive("n2", lone.append(4, 7, 3, 3, 0, "4"));

    assertAnswers(lone, rejection(4, 7, 3, 3, 2, 2));
    assertThat(lone.server().terms()).isEqualTo("1 2 2 2");
  }

  @Test
  @DisplayName("§5.3: an empty log has a place to begin too")
  void shouldRejectWhenLogIsEmpty() {
    LoneCore lone = LoneCore.unformed(3);

    lone.receive("n2", lone.append(4, 7, 3, 3, 0, "4"));

    assertAnswers(lone, rejection(4, 7, 3, 0, 0, 1));
  }

  @Test
  @DisplayName("§5.3: a rejection does not point before what is committed")
  void shouldNotPointBeforeTheCommitIndexWhenItRejects() {
    LoneCore lone = LoneCore.voter(3, 4, "1 1 1 1");
    lone.receive("n2", lone.append(4, 1, 3, 1, 3, ""));
    lone.sent();

    lone.receive("n2", lone.append(4, 2, 4, 3, 3, "4"));

    assertAnswers(lone, rejection(4, 2, 4, 4, 1, 4));
  }

  @Test
  @DisplayName("§5.3: what conflicts goes, and everything after it")
  void shouldTruncateFromTheFirstConflict() {
    LoneCore lone = LoneCore.voter(3, 4, "1 1 2 2 2");

    lone.receive("n2", lone.append(4, 1, 2, 1, 0, "2 4"));

    assertAnswers(lone, success(4, 1, 3), success(4, 1, 4));
    assertThat(lone.server().terms()).isEqualTo("1 1 2 4");
    assertThat(lone.disk().log()).isEqualTo(lone.server().log());
  }

  @Test
  @DisplayName("shipped elsewhere: everything after prev was deleted, without a conflict")
  void shouldKeepEntriesWhenOldRequestArrivesLate() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.receive("n2", lone.append(2, 2, 1, 1, 0, "2 2 2"));
    assertAnswers(lone, success(2, 2, 1), success(2, 2, 4));

    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));

    assertAnswers(lone, success(2, 2, 4));
    assertThat(lone.server().terms()).isEqualTo("1 2 2 2");
  }

  @Test
  @DisplayName("shipped elsewhere: a heartbeat's success vouched for more than it had verified")
  void shouldAcknowledgeOnlyWhatTheHeartbeatHasVerified() {
    LoneCore lone = LoneCore.voter(3, 4, "1 1 2 2");

    lone.receive("n2", lone.append(4, 1, 2, 1, 0, ""));

    assertAnswers(lone, success(4, 1, 2));
  }

  @Test
  @DisplayName(
      "shipped elsewhere: the follower committed to leader's commit, not to verified index")
  void shouldCommitOnlyWhatTheMessageHasVerified() {
    LoneCore lone = LoneCore.voter(3, 4, "1 1 2 2");

    lone.receive("n2", lone.append(4, 1, 2, 1, 4, ""));
    assertThat(lone.core().commitIndex()).isEqualTo(2);

    lone.receive("n2", lone.append(4, 2, 2, 1, 4, "3"));
    assertThat(lone.core().commitIndex()).isEqualTo(3);
    assertThat(lone.server().terms()).isEqualTo("1 1 3");
  }

  @Test
  @DisplayName("§5.3: it commits no more than the leader has")
  void shouldCommitNoMoreThanTheLeader() {
    LoneCore lone = LoneCore.voter(3, 2, "1");

    lone.receive("n2", lone.append(2, 1, 1, 1, 2, "2 2 2"));

    assertThat(lone.core().commitIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("commit does not go back when an old message arrives late")
  void shouldKeepCommitIndexWhenOldMessageArrivesLate() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.receive("n2", lone.append(2, 2, 1, 1, 3, "2 2"));

    lone.receive("n2", lone.append(2, 1, 1, 1, 1, ""));

    assertThat(lone.core().commitIndex()).isEqualTo(3);
  }

  @Test
  @DisplayName("shipped elsewhere: an old leader's delayed append was accepted after a term change")
  void shouldRefuseDelayedAppendOfAnOldLeader() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.receive("n3", lone.append(3, 1, 1, 1, 0, "3"));
    lone.advance(1);
    lone.sent();

    lone.receive("n2", lone.append(2, 40, 1, 1, 2, "2 2"));

    assertAnswers(lone, rejection(3, 0, 0, 0, 0, 0));
    assertThat(lone.server().terms()).isEqualTo("1 3");
    assertThat(lone.core().commitIndex()).isZero();
  }

  @Test
  @DisplayName("shipped elsewhere: a log was truncated below its commit index")
  void shouldStopWhenLeaderWouldReplaceCommittedEntries() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.receive("n2", lone.append(2, 1, 1, 1, 3, "2 2"));

    assertThatThrownBy(() -> lone.core().receive(wrong(lone, "3 3"), lone.server().now()))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("would replace a committed entry");
  }

  private static Envelope wrong(LoneCore lone, String terms) {
    return LoneCore.envelope("n3", CoreCluster.FORMATION, 1, 1, lone.append(3, 1, 1, 1, 1, terms));
  }

  @Test
  @DisplayName("shipped elsewhere: completion of an overwritten append counted (ABA)")
  void shouldNotVouchForEntriesThatWereReplacedWhileBeingWritten() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.disk().stall();
    // Entries 2 to 4 of term 2 are being written when the leader of term 3 replaces 3 and 4.
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2 2 2"));
    lone.receive("n3", lone.append(3, 1, 2, 2, 0, "3 3"));
    lone.sent();

    // The first write completes: that says something of entry 2 only. And term 3 is not durable.
    lone.server().completeOneWrite();
    assertThat(lone.core().durableIndex()).isEqualTo(2);
    assertThat(lone.sent(AppendResponse.class)).isEmpty();

    lone.server().completeOneWrite();
    assertAnswers(lone, success(3, 1, 4));
    assertThat(lone.server().terms()).isEqualTo("1 2 3 3");
  }

  @Test
  @DisplayName("ABA within one term: a write of the old term says nothing of its successors")
  void shouldNotVouchForReplacementsWhenTheTermIsDurableAlready() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.disk().stall();
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2 2"));
    lone.receive("n3", lone.append(3, 1, 1, 1, 0, ""));
    lone.receive("n3", lone.append(3, 2, 1, 1, 0, "3 3"));
    lone.sent();

    // Two writes: entries of term 2, and term 3.
    lone.server().completeOneWrite();
    lone.server().completeOneWrite();
    assertThat(lone.sent(AppendResponse.class)).containsExactly(success(3, 2, 1));

    lone.server().completeOneWrite();
    assertAnswers(lone, success(3, 2, 3));
  }

  @Test
  @DisplayName("one answer acknowledges everything that one write has made durable")
  void shouldAnswerOnceWhenOneWriteCompletesSeveralRequests() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.disk().stall();
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));
    lone.receive("n2", lone.append(2, 2, 2, 2, 0, "2"));
    lone.receive("n2", lone.append(2, 3, 3, 2, 0, "2"));
    lone.sent();

    lone.server().completeOneWrite();
    assertAnswers(lone, success(2, 3, 2));
    lone.server().completeOneWrite();
    lone.server().completeOneWrite();

    assertAnswers(lone, success(2, 3, 3), success(2, 3, 4));
  }

  @Test
  @DisplayName("a leader learns with the answer that somebody waits for commits here")
  void shouldSayThatSomebodyWaitsWhenItAnswers() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.server().tell(c -> c.wantCommit(true));

    lone.receive("n2", lone.append(2, 1, 1, 1, 0, ""));

    lone.advance(1);
    assertThat(lone.only(AppendResponse.class).wantsCommit()).isTrue();
  }

  @Test
  @DisplayName("who waits from now on does not wait for a heartbeat: the leader is told once more")
  void shouldAcknowledgeOnceMoreWhenSomebodyBeginsToWaitForWhatIsNotCommitted() {
    LoneCore lone = LoneCore.voter(3, 2, "1");
    lone.receive("n2", lone.append(2, 1, 1, 1, 0, "2"));
    lone.advance(1);
    assertThat(lone.sent(AppendResponse.class)).last().isEqualTo(success(2, 1, 2));

    lone.server().tell(c -> c.wantCommit(true));
    lone.advance(1);
    AppendResponse again = lone.only(AppendResponse.class);
    assertThat(again.wantsCommit()).isTrue();
    assertThat(again.matchIndex()).isEqualTo(2);

    lone.server().tell(c -> c.wantCommit(true));
    lone.advance(1);
    assertThat(lone.sent(AppendResponse.class)).isEmpty();
  }
}
