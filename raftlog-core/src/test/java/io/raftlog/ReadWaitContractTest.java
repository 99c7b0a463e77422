package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static io.raftlog.TestCluster.repeated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.ChaosNetwork.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rows of the contract's Reading table that let a read wait. */
class ReadWaitContractTest {
  /** Heartbeats so rare that whatever comes at once did not come with one. */
  private static final LogOptions RARE_HEARTBEATS =
      TestCluster.fast()
          .heartbeatInterval(Duration.ofSeconds(1))
          .electionTimeout(Duration.ofSeconds(3))
          .build();

  private static final ReadOptions PATIENT = ReadOptions.DEFAULT.withWaitFor(SOON);
  private static final ReadOptions LINEARIZABLE =
      ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE).withTimeout(SOON);

  private TestCluster cluster;

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldAnswerAsSoonAsOneRecordArrivesWhenAtTheEndWithWaitFor() {
    // given
    cluster = TestCluster.started(3);
    for (int i = 0; i < 20; i++) {
      List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
      cluster.awaitLevel();
      for (String id : cluster.members()) {
        reads.add(log(id).read(i, PATIENT));
      }
      assertThat(reads).noneMatch(CompletableFuture::isDone);
      // when
      get(log("n1").append("p", i, bytes("" + i)));
      // then
      for (CompletableFuture<ReadResult> read : reads) {
        assertThat(get(read).records()).extracting(LogRecord::offset).containsExactly((long) i);
        assertThat(get(read).nextOffset()).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void shouldAnswerWithNothingWhenTheTimeIsUp() {
    // given
    cluster = TestCluster.started(1);
    get(log("n1").append("p", 0, bytes("x")));
    for (Consistency consistency : Consistency.values()) {
      // when
      long start = System.nanoTime();
      ReadOptions options =
          PATIENT.withWaitFor(Duration.ofMillis(200)).withConsistency(consistency);
      ReadResult result = get(log("n1").read(1, options));
      // then
      assertThat(result).isEqualTo(new ReadResult(List.of(), 1, 0, 1));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
  }

  @Test
  void shouldNotWaitWhenThereIsSomethingToReadOrToRefuse() {
    cluster = TestCluster.started(1);
    get(log("n1").append("p", 0, bytes("x")));
    assertThat(log("n1").read(0, PATIENT)).isCompleted();
    failure(log("n1").read(2, PATIENT), OffsetOutOfRangeException.class);
    assertThat(log("n1").read(1, PATIENT.withWaitFor(Duration.ZERO))).isCompleted();
  }

  @Test
  void shouldRefuseArgumentsThatCannotBe() {
    cluster = TestCluster.of(1, TestCluster.FAST);
    Duration negative = Duration.ofNanos(-1);
    assertThatThrownBy(() -> PATIENT.withWaitFor(negative))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PATIENT.withMaxStaleness(negative))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PATIENT.withAtLeast(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PATIENT.withWaitFor(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void shouldWaitForAsLongAsADurationCanBe() {
    cluster = TestCluster.started(1);
    Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
    CompletableFuture<ReadResult> read =
        log("n1").read(0, LINEARIZABLE.withTimeout(ever).withWaitFor(ever));
    get(log("n1").append("p", 0, bytes("x")));
    assertThat(get(read).records()).hasSize(1);
  }

  @Test
  void shouldNotWaitForAHeartbeatOnAFollowerThatOnlyWaits() {
    // given
    cluster = TestCluster.started(3, RARE_HEARTBEATS);
    String leader = cluster.awaitLeader();
    String follower = cluster.other(leader);
    long start = System.nanoTime();
    // when: it waits again as soon as it is told, as a consumer does
    for (int i = 0; i < 20; i++) {
      CompletableFuture<ReadResult> read = log(follower).read(i, PATIENT);
      get(log(leader).append("p", i, bytes("" + i)));
      assertThat(get(read).records()).hasSize(1);
    }
    // then: else it took 20 seconds
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void shouldNotWaitForAHeartbeatWhenTheRecordIsThereAlreadyButNotKnownToBeCommitted() {
    // given: a follower has acknowledged a record, and nobody waited on it
    cluster = TestCluster.started(3, RARE_HEARTBEATS);
    String leader = cluster.awaitLeader();
    String follower = cluster.other(leader);
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      long before = cluster.stored(follower).lastIndex();
      get(log(leader).append("p", i, bytes("x")));
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> cluster.stored(follower).lastIndex() > before);
      // when
      ReadOptions seen = ReadOptions.DEFAULT.withAtLeast(i + 1);
      ReadResult result = get(log(follower).read(i, seen));
      // then
      assertThat(result.records()).hasSize(1);
    }
    // else it took 20 seconds
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void shouldGiveEveryWaitingReadOneOutcomeWhenTheNodeIsClosed() {
    // given
    cluster = TestCluster.started(3);
    AtomicInteger outcomes = new AtomicInteger();
    List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
    String closing = cluster.other(cluster.awaitLeader());
    cluster.network.isolate(closing);
    for (int i = 0; i < 1000; i++) {
      ReadOptions options =
          switch (i % 4) {
            case 0 -> PATIENT;
            case 1 -> PATIENT.withAtLeast(7);
            case 2 -> LINEARIZABLE;
            default -> ReadOptions.DEFAULT.withMaxStaleness(Duration.ZERO).withTimeout(SOON);
          };
      CompletableFuture<ReadResult> read = log(closing).read(0, options);
      reads.add(read);
      var unused = read.whenComplete((result, thrown) -> outcomes.incrementAndGet());
    }
    assertThat(reads).noneMatch(CompletableFuture::isDone);
    // when
    RaftLog log = log(closing);
    cluster.stop(closing);
    // then
    reads.forEach(read -> failure(read, NodeClosedException.class));
    await().atMost(SOON).until(() -> outcomes.get() == 1000);
    failure(log.read(0, PATIENT), NodeClosedException.class);
  }

  @Test
  void shouldFailEveryWaitingReadWhenTheReplicaFails() {
    // given
    cluster = TestCluster.started(3);
    String failing = cluster.other(cluster.awaitLeader());
    CompletableFuture<ReadResult> record = log(failing).read(0, PATIENT);
    CompletableFuture<ReadResult> known = log(failing).read(0, PATIENT.withAtLeast(9));
    // when
    cluster.stored(failing).failWrites(() -> new IllegalStateException("the disk is broken"));
    var unused = log("n1").producer("p"); // others may commit it, but it is no record
    // then
    failure(record, LogFailedException.class);
    failure(known, LogFailedException.class);
  }

  @Test
  void shouldRefuseToWaitAtOnceWhenTooManyDo() {
    // given
    cluster = TestCluster.started(1, TestCluster.fast().maxWaitingReads(100).build());
    List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      reads.add(log("n1").read(0, PATIENT));
    }
    // when, then
    failure(log("n1").read(0, PATIENT), BackpressureException.class);
    failure(log("n1").read(0, LINEARIZABLE), BackpressureException.class);
    assertThat(log("n1").read(0)).isCompleted();
    // and whoever goes away makes room
    reads.remove(0).cancel(false);
    CompletableFuture<ReadResult> another = log("n1").read(0, PATIENT);
    assertThat(another).isNotDone();
    get(log("n1").append("p", 0, bytes("x")));
    reads.forEach(read -> assertThat(get(read).records()).hasSize(1));
    assertThat(get(another).records()).hasSize(1);
    await().atMost(SOON).until(() -> log("n1").read(1, PATIENT).cancel(false));
  }

  /** Seen: a poll gave its place back only after its callbacks, and the next one was refused. */
  @Test
  void shouldHaveRoomForAReadThatGoesOnInItsOwnCallback() {
    // given
    cluster = TestCluster.started(1, TestCluster.fast().maxWaitingReads(1).build());
    RaftLog log = log("n1");
    ReadOptions one = PATIENT.withMaxRecords(1);
    CompletableFuture<ReadResult> next =
        log.read(0, one).thenCompose(result -> log.read(result.nextOffset(), one));
    // when
    get(log.append("p", 0, bytes("0")));
    get(log.append("p", 1, bytes("1")));
    // then
    assertThat(get(next).nextOffset()).isEqualTo(2);
  }

  @Test
  void shouldReadWhatWasWrittenElsewhereWithAtLeast() {
    // given
    cluster = TestCluster.started(3);
    for (int i = 0; i < 50; i++) {
      String writer = cluster.members().get(i % 3);
      long offset = get(log(writer).append("p", i, bytes("" + i))).offset();
      for (String id : cluster.members()) {
        // when
        ReadResult result = get(log(id).read(offset, ReadOptions.DEFAULT.withAtLeast(offset + 1)));
        // then
        assertThat(result.records().get(0).sequence()).isEqualTo(i);
      }
    }
  }

  @Test
  void shouldFailWhenTheNodeDoesNotLearnOfAtLeastInTime() {
    // given
    cluster =
        TestCluster.started(3, TestCluster.fast().appendTimeout(Duration.ofMillis(300)).build());
    String cutOff = cluster.other(cluster.awaitLeader());
    cluster.network.isolate(cutOff);
    ReadOptions atLeastOne = ReadOptions.DEFAULT.withAtLeast(1);
    // when, then: for as long as an append may take, or for as long as it says
    assertThat(failure(log(cutOff).read(0, atLeastOne), StaleReadException.class).endOffset())
        .isZero();
    ReadOptions brief = atLeastOne.withWaitFor(Duration.ofMillis(1));
    StaleReadException stale = failure(log(cutOff).read(0, brief), StaleReadException.class);
    assertThat(stale.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    CompletableFuture<ReadResult> patient =
        log(cutOff).read(0, atLeastOne.withWaitFor(SOON.multipliedBy(3)));
    cluster.network.heal();
    cluster.awaitLeader();
    repeated(() -> log(cutOff).append("p", 0, bytes("x")));
    assertThat(get(patient).records()).hasSize(1);
  }

  @Test
  void shouldFailInsteadOfLaggingMoreThanMaxStaleness() {
    // given: a follower that does not know that it is cut off
    cluster = TestCluster.started(3, RARE_HEARTBEATS);
    String leader = cluster.awaitLeader();
    String follower = cluster.other(leader);
    ReadOptions fresh =
        ReadOptions.DEFAULT
            .withMaxStaleness(Duration.ofMillis(200))
            .withTimeout(Duration.ofMillis(300));
    get(log(follower).read(0, fresh.withTimeout(SOON)));
    cluster.network.isolate(follower);
    get(log(leader).append("p", 0, bytes("unseen")));
    // when, then: it is served at once until it may be too old, and then it fails
    await().atMost(SOON).until(() -> !log(follower).read(0, fresh).isDone());
    failure(log(follower).read(0, fresh), StaleReadException.class);
    assertThat(get(log(follower).read(0)).records()).isEmpty();
    // and sees it when it is well again
    cluster.network.heal();
    assertThat(get(log(follower).read(0, fresh.withTimeout(SOON))).records()).hasSize(1);
  }

  @Test
  void shouldAskNobodyAsLongAsItIsFreshEnough() {
    // given
    cluster = TestCluster.started(3, RARE_HEARTBEATS);
    String follower = cluster.other(cluster.awaitLeader());
    ReadOptions fresh = ReadOptions.DEFAULT.withMaxStaleness(SOON);
    get(log(follower).read(0, fresh));
    // when, then
    for (int i = 0; i < 100; i++) {
      assertThat(log(follower).read(0, fresh)).isCompleted();
    }
  }

  @Test
  void shouldShareOneRoundAmongConcurrentLinearizableReads() {
    // given: the first question of a follower is on its way
    cluster = TestCluster.started(3, RARE_HEARTBEATS);
    String leader = cluster.awaitLeader();
    get(log(leader).append("p", 0, bytes("x")));
    for (String id : List.of(cluster.other(leader), leader)) {
      get(log(id).read(0, LINEARIZABLE));
      cluster.network.rule((from, to, frame) -> from.value().equals(id) ? Fate.HOLD : Fate.DELIVER);
      CompletableFuture<ReadResult> first = log(id).read(0, LINEARIZABLE);
      await().atMost(SOON).until(() -> cluster.network.heldCount() > 0);
      long before = cluster.network.frames();
      // when
      List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        reads.add(log(id).read(0, LINEARIZABLE));
      }
      assertThat(first).isNotDone();
      cluster.network.heal();
      cluster.network.releaseHeld();
      // then
      reads.forEach(read -> assertThat(get(read).records()).hasSize(1));
      // two rounds of a question, two heartbeats and the answers: 12; and what else is sent
      assertThat(cluster.network.frames() - before).isLessThan(100);
    }
  }

  private RaftLog log(String id) {
    return cluster.log(id);
  }
}
