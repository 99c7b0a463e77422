package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.VoteResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a leader brings its followers' logs in line (§5.3), and what others got wrong about it. */
final class LeaderLogTest {
  /** The number of a request that was sent after all others. */
  private static final long NEWEST = 1_000;

  /** n1 leads three nodes in term 2; n2's log is known to agree, and n2 is sent entries at once. */
  private static LoneCore replicating() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    acknowledge(lone, "n2", 2);
    lone.sent();
    return lone;
  }

  private static void acknowledge(LoneCore lone, String from, long match) {
    lone.receive(from, LoneCore.acknowledgement(2, 1, match));
  }

  private static void reject(LoneCore lone, long prev, long at, long atTerm, long atFirst) {
    lone.receive("n2", new AppendResponse(2, NEWEST, false, 0, prev, at, atTerm, atFirst, false));
  }

  private static List<Long> indexes(AppendRequest request) {
    return request.entries().stream().map(Extent::index).toList();
  }

  private static List<AppendRequest> entriesTo(LoneCore lone, String to) {
    return lone.sentTo(to, AppendRequest.class).stream()
        .filter(r -> !r.entries().isEmpty())
        .toList();
  }

  @Test
  @DisplayName("§5.2, §8: a new leader tells everybody at once, with an entry of its term")
  void shouldSendFirstEntryOfItsTermAtOnceWhenElected() {
    LoneCore lone = LoneCore.leader(3, 2, "1");

    List<AppendRequest> requests = lone.sent(AppendRequest.class);

    assertThat(requests).hasSize(2);
    assertThat(requests).allSatisfy(r -> assertThat(indexes(r)).containsExactly(2L));
    assertThat(requests).allSatisfy(r -> assertThat(r.prevIndex()).isEqualTo(1));
  }

  @Test
  @DisplayName("one request at a time until it is known where the logs meet")
  void shouldSendNoMoreWhileProbeIsOutstanding() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.sent();

    lone.server().append(100);
    lone.server().append(100);
    assertThat(entriesTo(lone, "n2")).isEmpty();

    acknowledge(lone, "n2", 2);
    assertThat(indexes(entriesTo(lone, "n2").get(0))).containsExactly(3L, 4L);
  }

  /** Seen: 8 times the payload on a slow link, since each of them made the leader begin again. */
  @Test
  @DisplayName("what was sent behind a lost request is rejected, and sent again once")
  void shouldSendOnceMoreWhatWasSentBehindALostRequest() {
    // given: three requests are on their way, of which the first is lost
    LoneCore lone = replicating();
    lone.server().append(100);
    lone.server().append(100);
    lone.server().append(100);
    List<AppendRequest> lost = entriesTo(lone, "n2");
    assertThat(lost).hasSize(3);
    // when: the second one is rejected, a heartbeat overtakes the third, which is rejected then
    reject(lone, lost.get(1));
    List<AppendRequest> again = entriesTo(lone, "n2");
    acknowledge(lone, "n2", 2);
    reject(lone, lost.get(2));
    // then
    assertThat(again).hasSize(1);
    assertThat(indexes(again.get(0))).containsExactly(3L, 4L, 5L);
    assertThat(entriesTo(lone, "n2")).isEmpty();
    // and one that is lost after that is noticed
    reject(lone, again.get(0).prevIndex() + 1, 2, 2, 2);
    assertThat(entriesTo(lone, "n2")).hasSize(1);
  }

  private static void reject(LoneCore lone, AppendRequest request) {
    lone.receive(
        "n2",
        new AppendResponse(2, request.requestId(), false, 0, request.prevIndex(), 2, 2, 2, false));
  }

  @Test
  @DisplayName("afterwards without waiting for answers")
  void shouldPipelineWhenLogsAgree() {
    LoneCore lone = replicating();

    lone.server().append(100);
    lone.server().append(100);
    lone.server().append(100);

    assertThat(entriesTo(lone, "n2").stream().map(LeaderLogTest::indexes))
        .containsExactly(List.of(3L), List.of(4L), List.of(5L));
  }

  @Test
  @DisplayName("limit: requests in flight to one follower")
  void shouldStopWhenMostRequestsAreInFlight() {
    LoneCore lone = replicating();

    for (int i = 0; i < 70; i++) {
      lone.server().append(100);
    }
    assertThat(entriesTo(lone, "n2")).hasSize(64);

    acknowledge(lone, "n2", 3);
    assertThat(entriesTo(lone, "n2").stream().map(LeaderLogTest::indexes))
        .containsExactly(List.of(67L, 68L, 69L, 70L, 71L, 72L));
  }

  @Test
  @DisplayName("limit: bytes in flight to one follower")
  void shouldStopWhenMostBytesAreInFlight() {
    LoneCore lone = replicating();

    for (int i = 0; i < 30; i++) {
      lone.server().append(1 << 20);
    }

    assertThat(entriesTo(lone, "n2")).hasSize(16);
  }

  @Test
  @DisplayName("limit: bytes in one request, but one entry at least")
  void shouldSplitRequestsByBytes() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.sent();
    lone.server().append(600_000);
    lone.server().append(400_000);
    lone.server().append(300_000);
    lone.server().append(3_000_000);
    lone.server().append(100);

    acknowledge(lone, "n2", 2);

    assertThat(entriesTo(lone, "n2").stream().map(LeaderLogTest::indexes))
        .containsExactly(List.of(3L, 4L), List.of(5L), List.of(6L), List.of(7L));
  }

  @Test
  @DisplayName("limit: bytes that are proposed and not committed")
  void shouldRefuseProposalsWhenTooMuchIsUncommitted() {
    LoneCore lone = replicating();
    for (int i = 0; i < 64; i++) {
      assertThat(lone.server().append(1 << 20)).isPositive();
    }

    assertThat(lone.server().append(100)).isEqualTo(RaftCore.NO_CAPACITY);
    assertThat(lone.core().hasCapacity()).isFalse();

    lone.advance(1);
    acknowledge(lone, "n2", 3);
    assertThat(lone.server().append(100)).isPositive();
  }

  @Test
  @DisplayName("only the leader takes proposals")
  void shouldRefuseProposalsWhenItDoesNotLead() {
    LoneCore lone = LoneCore.voter(3, 2, "1");

    assertThat(lone.server().append(100)).isEqualTo(RaftCore.NOT_LEADER);
  }

  @Test
  @DisplayName("shipped elsewhere: the whole backlog was pinned in memory for a slow follower")
  void shouldReadBacklogInPiecesWhenItIsNotInMemory() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers();
    cluster.maxAppendBytes(350);
    for (String id : List.of("n1", "n2")) {
      cluster.preset(id, 1, "1 1 1 1 1 1 1 1 1 1");
    }
    cluster.preset("n3", 1, "1");
    cluster.holdTimers().start();

    // Of the entries that were there before the start, the core knows no sizes: the shell fills one
    // request after the other with what it reads.
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();

    assertThat(cluster.server("n3").terms()).isEqualTo(cluster.server("n1").terms());
  }

  @Test
  @DisplayName("§5.3: a rejection moves the next request to where the follower's log may agree")
  void shouldProbeAtTheConflictWhenRejected() {
    LoneCore lone = LoneCore.leader(3, 2, "1 1 1");
    lone.sent();

    reject(lone, 3, 1, 1, 1);

    AppendRequest next = entriesTo(lone, "n2").get(0);
    assertThat(next.prevIndex()).isEqualTo(1);
    assertThat(indexes(next)).containsExactly(2L, 3L, 4L);
  }

  @Test
  @DisplayName("§5.3: a term that the leader does not have is skipped whole")
  void shouldSkipTheWholeTermWhenItDoesNotHaveIt() {
    LoneCore lone = LoneCore.voter(3, 7, "1 1 2 5 5 7 7 7");
    lone.becomeCandidate();
    lone.receive("n2", new VoteResponse(8, true));
    lone.sent();

    // n2 has 1 1 4 4 4 6 6 6.
    lone.receive("n2", new AppendResponse(8, 1, false, 0, 8, 8, 6, 6, false));
    AppendRequest next = entriesTo(lone, "n2").get(0);
    assertThat(next.prevIndex()).isEqualTo(5);
    lone.receive("n2", new AppendResponse(8, next.requestId(), false, 0, 5, 5, 4, 3, false));
    assertThat(entriesTo(lone, "n2").get(0).prevIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("§5.3: of a term that it has, the leader tries its own last entry")
  void shouldTryItsLastEntryOfTheTermWhenItHasIt() {
    LoneCore lone = LoneCore.voter(3, 7, "1 1 4 5 5 7 7 7");
    lone.becomeCandidate();
    lone.receive("n2", new VoteResponse(8, true));
    lone.sent();

    // n2 has 1 1 4 4 4 4 4 4.
    lone.receive("n2", new AppendResponse(8, 1, false, 0, 8, 8, 4, 3, false));

    assertThat(entriesTo(lone, "n2").get(0).prevIndex()).isEqualTo(3);
  }

  @Test
  @DisplayName("stale rejections, of requests before the newest probe, move nothing")
  void shouldIgnoreRejectionOfAnEarlierProbe() {
    LoneCore lone = LoneCore.leader(3, 2, "1 1 1 1 1");
    lone.sent();
    reject(lone, 5, 3, 1, 1);
    assertThat(entriesTo(lone, "n2").get(0).prevIndex()).isEqualTo(3);

    reject(lone, 5, 3, 1, 1);
    assertThat(lone.sentTo("n2", AppendRequest.class)).isEmpty();

    acknowledge(lone, "n2", 6);
    reject(lone, 3, 0, 0, 1);
    lone.server().append(100);
    assertThat(entriesTo(lone, "n2").get(0).prevIndex()).isEqualTo(6);
  }

  @Test
  @DisplayName("acknowledgements that overtake each other do not take anything back")
  void shouldKeepMatchWhenAcknowledgementsArriveInAnotherOrder() {
    LoneCore lone = replicating();
    lone.server().append(100);
    lone.server().append(100);
    lone.advance(1);
    lone.sent();

    acknowledge(lone, "n2", 4);
    acknowledge(lone, "n2", 3);

    assertThat(lone.core().commitIndex()).isEqualTo(4);
    assertThat(entriesTo(lone, "n2")).isEmpty();
  }

  @Test
  @DisplayName("shipped elsewhere: a stale reply, of an earlier term, was accepted")
  void shouldIgnoreAcknowledgementOfAnEarlierTerm() {
    LoneCore lone = LoneCore.leader(3, 5, "1 1 1");

    lone.receive("n2", LoneCore.acknowledgement(4, 1, 4));

    assertThat(lone.core().commitIndex()).isZero();
  }

  @Test
  @DisplayName("shipped elsewhere: a response was lost, and nothing was re-sent while idle")
  void shouldCommitWhenResponseWasLostAndLogIsIdle() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();

    cluster.network().drop(e -> e.message() instanceof AppendResponse);
    long index = cluster.server("n1").append(100);
    cluster.run(150);
    cluster.network().heal();

    assertThat(cluster.runUntil(() -> cluster.server("n1").commitIndex() == index, 150)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("a request was lost: the next heartbeat finds out, and the entries are sent again")
  void shouldSendAgainWhenRequestWasLostAndLogIsIdle() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();

    cluster.network().drop(e -> e.message() instanceof AppendRequest);
    long index = cluster.server("n1").append(100);
    cluster.run(1);
    cluster.network().heal();

    assertThat(cluster.runUntil(() -> cluster.server("n1").commitIndex() == index, 150)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("a follower on which somebody waits is told of the commit at once")
  void shouldTellCommitAtOnceWhenFollowerWantsIt() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();
    cluster.run(50);
    cluster.server("n2").tell(c -> c.wantCommit(true));

    long index = cluster.server("n1").append(100);

    assertThat(cluster.runUntil(() -> cluster.server("n2").commitIndex() == index, 5)).isTrue();
    assertThat(cluster.server("n3").commitIndex()).isLessThan(index);
  }

  @Test
  @DisplayName("an answer of another incarnation says nothing about the voter's log")
  void shouldNotCountAcknowledgementOfAnotherIncarnation() {
    LoneCore lone = LoneCore.leader(3, 2, "1");

    Envelope wiped =
        LoneCore.envelope("n2", CoreCluster.FORMATION, 2, 1, LoneCore.acknowledgement(2, 1, 2));
    lone.receive(wiped);

    assertThat(lone.core().commitIndex()).isZero();
  }
}
