package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.core.Effects.ReadGrant;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Linearizable reads (§8, thesis §6.4), and what others got wrong about them. */
final class ReadIndexTest {
  /** n1 leads three nodes in term 2 with its no-op, entry 2, committed. */
  private static LoneCore settledLeader() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.receive("n2", LoneCore.acknowledgement(2, lone.only(AppendRequest.class).requestId(), 2));
    assertThat(lone.core().commitIndex()).isEqualTo(2);
    lone.sent();
    return lone;
  }

  @Test
  @DisplayName("the answer to a request of an earlier term, as leader of which it was sent")
  void shouldNotConfirmReadByAnAnswerToARequestOfAnEarlierTerm() {
    // n1 led term 2 and sent many requests; now it leads term 4. The last of the old requests
    // reaches n2 only now, which refuses it in term 4.
    LoneCore old = LoneCore.voter(3, 4, "1");
    old.receive("n2", new AppendRequest(2, 1000, 1, 1, 0, List.of()));
    old.advance(1);
    AppendResponse refusal = old.only(AppendResponse.class);
    assertThat(refusal.term()).isEqualTo(4);

    LoneCore lone = LoneCore.leader(3, 4, "1");
    lone.receive("n2", LoneCore.acknowledgement(4, lone.only(AppendRequest.class).requestId(), 2));
    lone.server().read();
    lone.receive("n2", refusal);

    assertThat(lone.server().reads()).isEmpty();
    lone.receive("n3", LoneCore.acknowledgement(4, lone.only(AppendRequest.class).requestId(), 1));
    assertThat(lone.server().reads()).containsExactly(new ReadGrant(1, 2));
  }

  private static List<ReadGrant> reads(LoneCore lone) {
    return lone.server().reads();
  }

  @Test
  @DisplayName("§6.4: a read waits for a majority to confirm the leader after it was asked")
  void shouldGrantReadWhenMajorityConfirmsTheLeader() {
    LoneCore lone = settledLeader();

    lone.server().read();
    List<AppendRequest> round = lone.sent(AppendRequest.class);
    assertThat(round).hasSize(2).allMatch(r -> r.entries().isEmpty());
    assertThat(reads(lone)).isEmpty();

    lone.receive("n3", LoneCore.acknowledgement(2, round.get(1).requestId(), 1));
    assertThat(reads(lone)).containsExactly(new ReadGrant(1, 2));
  }

  @Test
  @DisplayName("§6.4: answers to what was sent before the read do not count")
  void shouldNotCountAnswersToEarlierRequests() {
    LoneCore lone = settledLeader();
    lone.advance(100);
    AppendRequest heartbeat = lone.only(AppendRequest.class);

    lone.server().read();
    lone.receive("n2", LoneCore.acknowledgement(2, heartbeat.requestId(), 2));
    lone.receive("n3", LoneCore.acknowledgement(2, heartbeat.requestId(), 2));

    assertThat(reads(lone)).isEmpty();
  }

  @Test
  @DisplayName("§6.4: five nodes need two to confirm")
  void shouldWaitForMajorityOfFive() {
    LoneCore lone = LoneCore.leader(5, 2, "1");
    lone.receive("n2", LoneCore.acknowledgement(2, 1, 2));
    lone.receive("n3", LoneCore.acknowledgement(2, 2, 2));
    lone.server().read();
    long last = lone.only(AppendRequest.class).requestId();

    lone.receive("n4", LoneCore.acknowledgement(2, last, 1));
    lone.receive("n4", LoneCore.acknowledgement(2, last, 1));
    assertThat(reads(lone)).isEmpty();

    lone.receive("n5", LoneCore.acknowledgement(2, last, 1));
    assertThat(reads(lone)).containsExactly(new ReadGrant(1, 2));
  }

  @Test
  @DisplayName("a rejection confirms the leader too: its sender is in the same term")
  void shouldCountRejectionsAsConfirmation() {
    LoneCore lone = settledLeader();
    lone.server().read();
    long last = lone.only(AppendRequest.class).requestId();

    lone.receive("n3", new AppendResponse(2, last, false, 0, 1, 0, 0, 1, false));

    assertThat(reads(lone)).containsExactly(new ReadGrant(1, 2));
  }

  @Test
  @DisplayName("shipped elsewhere: a new leader served reads before committing in its term (§6.4)")
  void shouldNotServeReadBeforeAnEntryOfItsTermIsCommitted() {
    LoneCore lone = LoneCore.leader(3, 5, "1 2 3");
    lone.server().read();
    long last = lone.only(AppendRequest.class).requestId();
    lone.receive("n2", LoneCore.acknowledgement(5, last, 3));
    lone.receive("n3", LoneCore.acknowledgement(5, last, 3));
    assertThat(reads(lone)).isEmpty();

    lone.receive("n2", LoneCore.acknowledgement(5, last, 4));
    assertThat(lone.core().commitIndex()).isEqualTo(4);
    lone.receive("n2", LoneCore.acknowledgement(5, lone.only(AppendRequest.class).requestId(), 4));

    assertThat(reads(lone)).containsExactly(new ReadGrant(1, 4));
  }

  @Test
  @DisplayName("shipped elsewhere: reads returned uncommitted entries")
  void shouldReadNoFurtherThanWhatIsCommitted() {
    LoneCore lone = settledLeader();
    lone.server().append(100);
    lone.server().append(100);

    lone.server().read();
    lone.receive("n2", LoneCore.acknowledgement(2, lone.only(AppendRequest.class).requestId(), 2));

    assertThat(reads(lone)).containsExactly(new ReadGrant(1, 2));
  }

  @Test
  @DisplayName("shipped elsewhere: a deposed leader served reads")
  void shouldFailReadsWhenLeaderIsCutOff() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").start();
    Server old = cluster.awaitLeader();
    cluster.settle();
    cluster.isolate(old.id().value());
    cluster.runUntil(() -> cluster.leader() != old && cluster.leader() != null, 3_000);
    Server leader = cluster.awaitLeader();
    leader.append(100);

    old.read();
    cluster.run(1_000);

    assertThat(old.reads()).containsExactly(new ReadGrant(1, -1));
  }

  @Test
  @DisplayName("shipped elsewhere: reads hung across a leader change")
  void shouldFailWaitingReadsWhenLeaderStepsDown() {
    LoneCore lone = settledLeader();
    lone.server().read();
    lone.server().read();
    lone.server().read();

    lone.receive("n2", new AppendResponse(3, 0, false, 0, 0, 0, 0, 0, false));

    assertThat(reads(lone))
        .containsExactlyInAnyOrder(
            new ReadGrant(1, -1), new ReadGrant(2, -1), new ReadGrant(3, -1));
  }

  @Test
  @DisplayName("who does not lead says so at once")
  void shouldFailReadWhenItDoesNotLead() {
    LoneCore lone = LoneCore.voter(3, 2, "1");

    lone.server().read();

    assertThat(reads(lone)).containsExactly(new ReadGrant(1, -1));
  }

  @Test
  @DisplayName("reads that are asked while a round is under way share the next")
  void shouldShareRoundsAmongReads() {
    LoneCore lone = settledLeader();
    lone.server().read();
    long first = lone.only(AppendRequest.class).requestId();
    for (int i = 0; i < 10; i++) {
      lone.server().read();
    }
    assertThat(lone.sent(AppendRequest.class)).isEmpty();

    lone.receive("n2", LoneCore.acknowledgement(2, first, 2));
    assertThat(reads(lone)).hasSize(1);
    List<AppendRequest> second = lone.sent(AppendRequest.class);
    assertThat(second).hasSize(2);

    lone.receive("n2", LoneCore.acknowledgement(2, second.get(0).requestId(), 2));
    assertThat(reads(lone)).hasSize(11);
  }

  @Test
  @DisplayName("a round that was lost is confirmed by the next heartbeat")
  void shouldGrantReadWhenItsRoundWasLost() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").start();
    Server leader = cluster.awaitLeader();
    cluster.settle();
    cluster.network().drop(e -> true);
    leader.read();
    cluster.run(1);
    cluster.network().heal();

    assertThat(cluster.runUntil(() -> leader.reads().size() == 1, 150)).isTrue();
    assertThat(leader.reads().get(0).readIndex()).isEqualTo(leader.commitIndex());
  }
}
