package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.AppendResult.Outcome;
import io.raftlog.ChaosNetwork.Fate;
import io.raftlog.spi.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The rows of the contract's Appending table about appends in flight, when frames are lost, late or
 * doubled. The elections are slow, so that nobody loses the leader meanwhile.
 */
class InFlightContractTest {
  private static TestCluster cluster;

  private String p;
  private String leader;
  private String follower;
  private String third;
  private long end;

  @BeforeAll
  static void start() {
    LogOptions options = TestCluster.calm().electionTimeout(Duration.ofSeconds(4)).build();
    cluster = TestCluster.started(3, options);
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void findRoles(TestInfo test) {
    p = test.getDisplayName();
    leader = cluster.awaitLeader();
    follower = cluster.others(leader).get(0);
    third = cluster.others(leader).get(1);
    cluster.awaitLevel();
    end = log(leader).status().endOffset();
  }

  @AfterEach
  void heal() {
    cluster.network.heal();
    cluster.network.releaseHeld();
    cluster.members().forEach(id -> cluster.stored(id).resume());
  }

  @Test
  void shouldJoinWhatIsInFlightAndAcknowledgeOnlyWhenItIsCommitted() {
    // given: nobody but the leader can make it durable
    cluster.stored(follower).hang();
    cluster.stored(third).hang();
    CompletableFuture<AppendResult> original = appendedButNotCommitted(bytes("x"));
    // when
    CompletableFuture<AppendResult> same = log(leader).append(p, 0, bytes("x"));
    CompletableFuture<AppendResult> elsewhere = log(follower).append(p, 0, bytes("x"));
    // then
    await()
        .during(Duration.ofMillis(300))
        .atMost(SOON)
        .until(() -> !original.isDone() && !same.isDone() && !elsewhere.isDone());
    cluster.stored(third).resume();
    assertAppended(end, get(original));
    for (CompletableFuture<AppendResult> joined : List.of(same, elsewhere)) {
      assertThat(get(joined))
          .isEqualTo(new AppendResult(end, get(original).timestamp(), Outcome.DUPLICATE));
    }
  }

  @Test
  void shouldRefuseOtherBytesUnderASequenceInFlightOnAnotherNode() {
    // given
    cluster.stored(follower).hang();
    cluster.stored(third).hang();
    CompletableFuture<AppendResult> original = appendedButNotCommitted(bytes("this"));
    // when
    CompletableFuture<AppendResult> other = log(follower).append(p, 0, bytes("that"));
    CompletableFuture<AppendResult> same = log(third).append(p, 0, bytes("this"));
    // then: nothing is told before it is sure
    await()
        .during(Duration.ofMillis(300))
        .atMost(SOON)
        .until(() -> !original.isDone() && !other.isDone() && !same.isDone());
    cluster.stored(follower).resume();
    cluster.stored(third).resume();
    assertAppended(end, get(original));
    assertThat(failure(other, SequenceReusedException.class).offset()).isEqualTo(end);
    assertThat(get(same).outcome()).isEqualTo(Outcome.DUPLICATE);
  }

  @Test
  void shouldAnswerADuplicateOnANodeThatHasNotHeardOfTheRecord() {
    // given: entries reach the follower late
    holdEntriesTo(follower);
    AppendResult original = get(log(leader).append(p, 0, bytes("x")));
    assertThat(log(follower).status().endOffset()).isEqualTo(end);
    // when
    CompletableFuture<AppendResult> again = log(follower).append(p, 0, bytes("x"));
    CompletableFuture<AppendResult> other = log(follower).append(p, 0, bytes("y"));
    // then: it is told when a read there sees it
    await()
        .during(Duration.ofMillis(200))
        .atMost(SOON)
        .until(() -> !again.isDone() && !other.isDone());
    cluster.network.heal();
    cluster.network.releaseHeld();
    assertThat(get(again))
        .isEqualTo(new AppendResult(end, original.timestamp(), Outcome.DUPLICATE));
    failure(other, SequenceReusedException.class);
    assertThat(get(log(follower).read(end)).records())
        .extracting(TestCluster::text)
        .containsExactly(p + ":0=x");
  }

  @Test
  void shouldNotAppendTheDelayedCopyOfARequestThatWasRefused() {
    // given: the forwarded 5 is refused, and a copy of the frame is still under way
    get(log(follower).append(p, 0, bytes("0")));
    cluster.network.rule(
        (from, to, frame) ->
            isForward(from, to, frame) ? Fate.DELIVER_AND_HOLD_COPY : Fate.DELIVER);
    SequenceGapException gap =
        failure(log(follower).append(p, 5, bytes("refused")), SequenceGapException.class);
    assertThat(gap.expectedSequence()).isEqualTo(1);
    cluster.network.heal();
    assertThat(cluster.network.heldCount()).isPositive();
    for (int i = 1; i < 5; i++) {
      get(log(follower).append(p, i, bytes("" + i)));
    }
    // when: it would be next now
    cluster.network.releaseHeld();
    // then
    AppendResult marker = get(log(follower).append(p + "marker", 0, bytes("")));
    assertThat(marker.offset()).isEqualTo(end + 5);
    assertAppended(end + 6, get(log(follower).append(p, 5, bytes("resent"))));
  }

  @Test
  void shouldNotAppendADelayedCopyAfterTheLeaderChangedThereAndBack() {
    // given: as before, but the frame is released in a later term
    get(log(follower).append(p, 0, bytes("0")));
    cluster.network.rule(
        (from, to, frame) ->
            isForward(from, to, frame) ? Fate.DELIVER_AND_HOLD_COPY : Fate.DELIVER);
    failure(log(follower).append(p, 5, bytes("refused")), SequenceGapException.class);
    cluster.network.heal();
    String first = leader;
    cluster.stop(first);
    cluster.awaitLeader();
    cluster.start(first);
    while (!cluster.awaitLeader().equals(first)) {
      String now = cluster.awaitLeader();
      cluster.stop(now);
      cluster.awaitLeader();
      cluster.start(now);
    }
    RaftLog log = log(cluster.other(first));
    for (int i = 1; i < 5; i++) {
      get(log.append(p, i, bytes("" + i)));
    }
    // when
    cluster.network.releaseHeld();
    // then
    assertAppended(end + 5, get(log.append(p + "marker", 0, bytes(""))));
    assertAppended(end + 6, get(log.append(p, 5, bytes("resent"))));
  }

  @Test
  void shouldTellOfAGapAlthoughTheFirstAnswersAreLost() throws Exception {
    // given: the leader's answers do not arrive until it has made up its mind
    get(log(follower).append(p, 0, bytes("0")));
    AtomicBoolean asked = new AtomicBoolean();
    AtomicInteger answers = new AtomicInteger();
    cluster.network.rule(
        (from, to, frame) -> {
          if (isForward(from, to, frame)) {
            asked.set(true);
          }
          boolean answer =
              asked.get() && from.value().equals(leader) && to.value().equals(follower);
          return answer && answers.incrementAndGet() > 2 ? Fate.HOLD : Fate.DELIVER;
        });
    CompletableFuture<AppendResult> gap = log(follower).append(p, 5, bytes("5"));
    await().atMost(SOON).until(() -> cluster.network.heldCount() >= 6);
    cluster.network.forgetHeld();
    cluster.network.heal();
    // then: it is asked for again; nobody waits for the deadline of 30 s
    Throwable told = gap.handle((result, thrown) -> thrown).get(15, TimeUnit.SECONDS);
    assertThat(told).isInstanceOf(SequenceGapException.class);
  }

  /** More verdicts than fit into one message, and each message of the answer comes twice. */
  @Test
  void shouldTellOneOfTwoEqualCallsThatItAppendedWhenTheAnswerComesInPartsAndTwice() {
    // given: a first request stays out, so that the next ones become one batch
    AtomicBoolean first = new AtomicBoolean(true);
    cluster.network.rule(
        (from, to, frame) -> {
          boolean forwarded = from.value().equals(follower) && frame.bodyBytes() > 0;
          return forwarded && first.getAndSet(false)
              ? Fate.HOLD
              : from.value().equals(leader) ? Fate.TWICE : Fate.DELIVER;
        });
    CompletableFuture<AppendResult> blocker = log(follower).append(p, 0, bytes("x"));
    await().atMost(SOON).until(() -> cluster.network.heldCount() == 1);
    // when
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      appends.add(log(follower).append(p + i, 0, bytes("x")));
      appends.add(log(follower).append(p + i, 0, bytes("x")));
    }
    // then
    for (int i = 0; i < appends.size(); i += 2) {
      assertThat(get(appends.get(i)).outcome()).as("call %d", i).isEqualTo(Outcome.APPENDED);
      assertThat(get(appends.get(i + 1)).outcome()).isEqualTo(Outcome.DUPLICATE);
    }
    cluster.network.releaseHeld();
    assertThat(get(blocker).outcome()).isEqualTo(Outcome.APPENDED);
  }

  @Test
  void shouldSucceedAtTheDeadlineWhenTheRecordIsThereAndOnlyTheAnswerWasLost() {
    // given: entries reach the follower, answers do not; the time is for all that is to happen
    // before the deadline, and answers must not be found missing before it
    LogOptions options =
        TestCluster.fast()
            .electionTimeout(Duration.ofSeconds(5))
            .appendTimeout(Duration.ofSeconds(4))
            .build();
    TestCluster impatient = TestCluster.started(3, options);
    try {
      String from = impatient.awaitLeader();
      String to = impatient.other(from);
      impatient.network.rule(
          (sender, receiver, frame) ->
              sender.value().equals(from) && receiver.value().equals(to) && frame.bodyBytes() == 0
                  ? Fate.DROP
                  : Fate.DELIVER);
      // when
      CompletableFuture<AppendResult> append = impatient.log(to).append(p, 0, bytes("x"));
      await().atMost(SOON).until(() -> impatient.log(from).status().endOffset() == 1);
      get(impatient.log(from).append("q", 0, bytes("carries the commit index")));
      await().atMost(SOON).until(() -> impatient.log(to).status().endOffset() >= 1);
      // then: a read here sees it, so it is known
      assertThat(get(append).offset()).isZero();
    } finally {
      impatient.close();
    }
  }

  @Test
  void shouldCompleteEverythingInOrderOverAnUnreliableNetwork() {
    // given
    TestCluster lossy = TestCluster.started(3);
    try {
      lossy.network.unreliable(7, 0.05, 0.1, Duration.ofMillis(3));
      // when
      int count = 300;
      List<List<CompletableFuture<AppendResult>>> all = new ArrayList<>();
      for (String id : lossy.members()) {
        List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          appends.add(lossy.log(id).append("from-" + id, i, bytes("" + i)));
        }
        all.add(appends);
      }
      // then
      for (List<CompletableFuture<AppendResult>> appends : all) {
        long last = -1;
        for (CompletableFuture<AppendResult> append : appends) {
          assertThat(get(append).offset()).isGreaterThan(last);
          last = get(append).offset();
        }
      }
      lossy.network.heal();
      lossy.awaitLevel();
      List<String> log = lossy.readAll("n1");
      assertThat(log).hasSize(3 * count).doesNotHaveDuplicates();
      assertThat(lossy.readAll("n2")).isEqualTo(log);
      assertThat(lossy.readAll("n3")).isEqualTo(log);
    } finally {
      lossy.close();
    }
  }

  private CompletableFuture<AppendResult> appendedButNotCommitted(byte[] payload) {
    long before = cluster.stored(leader).lastIndex();
    CompletableFuture<AppendResult> append = log(leader).append(p, 0, payload);
    await().atMost(SOON).until(() -> cluster.stored(leader).lastIndex() > before);
    return append;
  }

  private void holdEntriesTo(String node) {
    cluster.network.rule(
        (from, to, frame) ->
            from.value().equals(leader) && to.value().equals(node) && frame.bodyBytes() > 0
                ? Fate.HOLD
                : Fate.DELIVER);
  }

  /** Only appends travel with a body from a follower to the leader. */
  private boolean isForward(NodeId from, NodeId to, Frame frame) {
    return from.value().equals(follower) && to.value().equals(leader) && frame.bodyBytes() > 0;
  }

  private RaftLog log(String id) {
    return cluster.log(id);
  }
}
