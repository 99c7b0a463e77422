package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static io.raftlog.TestCluster.repeated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.AppendResult.Outcome;
import io.raftlog.ChaosNetwork.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a producer handle promises. */
class ProducerContractTest {
  /** The expiry is so long that nothing that is in use expires while a busy machine stalls. */
  /** A log's time stands still without a leader, so the elections are slower than elsewhere. */
  private static final LogOptions EXPIRING =
      TestCluster.calm()
          .electionTimeout(Duration.ofSeconds(4))
          .appendTimeout(Duration.ofSeconds(4))
          .producerExpiry(Duration.ofSeconds(5))
          .build();

  private static final Duration LONGER_THAN_EXPIRY = Duration.ofSeconds(7);

  private TestCluster cluster = TestCluster.started(3);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldNumberItsAppendsAndTellWhereItStopped() {
    // given
    Producer producer = get(cluster.log("n1").producer("orders-eu-1"));
    assertThat(producer.id()).isEqualTo("orders-eu-1");
    assertThat(producer.lastSequence()).isEqualTo(-1);
    assertThat(producer.lastOffset()).isEqualTo(-1);
    // when
    assertAppended(0, get(producer.append(bytes("a"))));
    assertAppended(1, get(producer.append(List.of(bytes("b"), bytes("c")))));
    // then
    assertThat(producer.lastSequence()).isEqualTo(2);
    assertThat(producer.lastOffset()).isEqualTo(2);
    cluster.awaitLevel();
    assertThat(cluster.readAll("n3"))
        .containsExactly("orders-eu-1:0=a", "orders-eu-1:1=b", "orders-eu-1:2=c");
  }

  @Test
  void shouldResumeOnAnyNodeWhereTheLastOneStopped() {
    // given
    Producer first = get(cluster.log("n1").producer("p"));
    for (int i = 0; i < 5; i++) {
      get(first.append(bytes("" + i)));
    }
    get(cluster.log("n2").append("other", 0, bytes("x")));
    // when
    Producer second = get(cluster.log("n2").producer("p"));
    // then
    assertThat(second.lastSequence()).isEqualTo(4);
    assertThat(second.lastOffset()).isEqualTo(4);
    assertAppended(6, get(second.append(bytes("5"))));
  }

  @Test
  void shouldResumeAfterARestartOfAllNodes() {
    // given
    Producer first = get(cluster.log("n1").producer("p"));
    get(first.append(List.of(bytes("0"), bytes("1"))));
    get(cluster.log("n1").producer("registered only"));
    // when
    cluster.members().forEach(cluster::stop);
    cluster.startAll();
    // then
    Producer second = get(cluster.log("n3").producer("p"));
    assertThat(second.lastSequence()).isEqualTo(1);
    assertThat(second.lastOffset()).isEqualTo(1);
    assertThat(get(cluster.log("n3").producer("registered only")).lastSequence()).isEqualTo(-1);
    failure(first.append(bytes("2")), NodeClosedException.class);
  }

  @Test
  void shouldFenceTheOneThatRegisteredBefore() {
    // given
    Producer old = get(cluster.log("n1").producer("p"));
    get(old.append(bytes("0")));
    // when
    Producer current = get(cluster.log("n2").producer("p"));
    // then
    ProducerFencedException fenced =
        failure(old.append(bytes("never")), ProducerFencedException.class);
    assertThat(fenced.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    failure(old.append(bytes("never")), ProducerFencedException.class);
    assertAppended(1, get(current.append(bytes("1"))));
    // and: a third fences the second
    Producer third = get(cluster.log("n1").producer("p"));
    failure(current.append(bytes("never")), ProducerFencedException.class);
    assertAppended(2, get(third.append(bytes("2"))));
    cluster.awaitLevel();
    assertThat(cluster.readAll("n3")).containsExactly("p:0=0", "p:1=1", "p:2=2");
  }

  @Test
  void shouldFenceAppendsInFlight() {
    // given: the old one is cut off with appends that no leader has seen
    String old = cluster.other(cluster.awaitLeader());
    Producer fenced = get(cluster.log(old).producer("p"));
    get(fenced.append(bytes("0")));
    cluster.network.isolate(old);
    List<CompletableFuture<AppendResult>> inFlight = new ArrayList<>();
    for (int i = 1; i < 50; i++) {
      inFlight.add(fenced.append(bytes("never " + i)));
    }
    // when
    List<String> others = cluster.others(old);
    cluster.awaitLeader(others);
    Producer current = get(cluster.log(others.get(0)).producer("p"));
    assertThat(current.lastSequence()).isZero();
    assertAppended(1, get(current.append(bytes("1"))));
    cluster.network.heal();
    // then
    for (CompletableFuture<AppendResult> append : inFlight) {
      failure(append, ProducerFencedException.class);
    }
    assertAppended(2, get(current.append(bytes("2"))));
    cluster.awaitLevel();
    assertThat(cluster.readAll(old)).containsExactly("p:0=0", "p:1=1", "p:2=2");
  }

  @Test
  void shouldLetOneOfManyThatRegisterAtTheSameTimeWin() {
    // when
    List<CompletableFuture<Producer>> registering = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      for (String id : cluster.members()) {
        registering.add(cluster.log(id).producer("p"));
      }
    }
    List<Producer> producers = registering.stream().map(TestCluster::get).toList();
    // then
    int appended = 0;
    for (Producer producer : producers) {
      CompletableFuture<AppendResult> append = producer.append(bytes("x"));
      if (get(append.handle((result, thrown) -> thrown == null))) {
        appended++;
      } else {
        failure(append, ProducerFencedException.class);
      }
    }
    assertThat(appended).isEqualTo(1);
  }

  @Test
  void shouldKeepTheOrderAndAppendOnceThroughLostLeaders() {
    // given
    String home = cluster.other(cluster.awaitLeader());
    Producer producer = get(cluster.log(home).producer("p"));
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 500; i++) {
        appends.add(producer.append(bytes("" + appends.size())));
      }
      // when
      String leader = cluster.awaitLeader();
      cluster.network.isolate(leader);
      cluster.awaitLeader(cluster.others(leader));
      cluster.network.heal();
    }
    // then
    for (int i = 0; i < appends.size(); i++) {
      assertThat(get(appends.get(i)).offset()).isEqualTo(i);
    }
    assertThat(producer.lastSequence()).isEqualTo(appends.size() - 1);
    cluster.awaitLevel();
    assertThat(cluster.readAll("n1")).hasSize(appends.size()).doesNotHaveDuplicates();
  }

  @Test
  void shouldRepeatByItselfWhatHasNoOutcomeInTime() {
    // given: appends time out again and again
    restart(TestCluster.fast().appendTimeout(Duration.ofMillis(400)).build());
    String home = cluster.awaitLeader();
    Producer producer = repeated(() -> cluster.log(home).producer("p"));
    get(producer.append(bytes("0")));
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    // when
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      appends.add(producer.append(bytes("" + i)));
    }
    await().pollDelay(Duration.ofSeconds(2)).atMost(SOON).until(() -> true);
    appends.forEach(append -> assertThat(append).isNotDone());
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    // then
    for (int i = 1; i <= 100; i++) {
      assertThat(get(appends.get(i - 1)).offset()).isEqualTo(i);
    }
    cluster.awaitLevel();
    assertThat(cluster.readAll(home)).hasSize(101).doesNotHaveDuplicates();
  }

  @Test
  void shouldBoundItsWindowAndUseNoSequenceForWhatItRefuses() {
    // given: nothing is committed
    String home = cluster.awaitLeader();
    Producer producer = get(cluster.log(home).producer("p"));
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    // when
    CompletableFuture<AppendResult> last = producer.append(bytes("x"));
    while (!last.isCompletedExceptionally()) {
      appends.add(last);
      last = producer.append(bytes("x"));
    }
    // then
    failure(last, BackpressureException.class);
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    for (int i = 0; i < appends.size(); i++) {
      assertThat(get(appends.get(i)).offset()).isEqualTo(i);
    }
    assertThat(get(producer.append(bytes("x"))).offset()).isEqualTo(appends.size());
  }

  @Test
  void shouldRefuseAnIllegalPayloadAndUseNoSequence() {
    restart(TestCluster.fast().maxPayloadBytes(100).build());
    Producer producer = get(cluster.log("n1").producer("p"));
    assertThatThrownBy(() -> producer.append(new byte[101]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> producer.append(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertAppended(0, get(producer.append(new byte[100])));
    assertThatThrownBy(() -> cluster.log("n1").producer(""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldEndWhenItsIdIsMisusedBesideIt() {
    // given
    Producer producer = get(cluster.log("n1").producer("p"));
    get(producer.append(bytes("0")));
    get(cluster.log("n1").append("p", 1, bytes("not by the producer")));
    // when, then
    failure(producer.append(bytes("1")), SequenceReusedException.class);
    failure(producer.append(bytes("2")), SequenceReusedException.class);
    Producer next = get(cluster.log("n1").producer("p"));
    assertThat(next.lastSequence()).isEqualTo(1);
  }

  @Test
  void shouldForgetAnIdleProducerOnAllNodesAlike() {
    // given: an expiry that passes while others append
    restart(EXPIRING);
    Producer idle = repeated(() -> cluster.log("n1").producer("idle"));
    get(idle.append(bytes("0")));
    repeated(() -> cluster.log("n2").append("raw", 0, bytes("0")));
    // when
    Producer busy = repeated(() -> cluster.log("n3").producer("busy"));
    long end = System.nanoTime() + LONGER_THAN_EXPIRY.toNanos();
    int count = 0;
    while (System.nanoTime() - end < 0) {
      get(busy.append(bytes("" + count++)));
    }
    // then: unknown is refused, never accepted
    failure(idle.append(bytes("1")), UnknownProducerException.class);
    for (String id : cluster.members()) {
      failure(cluster.log(id).append("raw", 1, bytes("1")), UnknownProducerException.class);
      failure(cluster.log(id).append("idle", 1, bytes("1")), UnknownProducerException.class);
    }
    assertThat(get(cluster.log("n2").producer("idle")).lastSequence()).isEqualTo(-1);
    assertThat(get(busy.append(bytes("" + count))).outcome()).isEqualTo(Outcome.APPENDED);
    assertThat(busy.lastSequence()).isEqualTo(count);
  }

  @Test
  void shouldRegisterAnewWhatWasForgottenWhileNobodyAppended() {
    // given: a registration that has expired by the clock, and no entry since that says so
    restart(EXPIRING);
    String leader = cluster.awaitLeader();
    for (String id : cluster.members()) {
      get(repeated(() -> cluster.log(id).producer("at " + id)).append(bytes("0")));
    }
    await().pollDelay(LONGER_THAN_EXPIRY).atMost(SOON).until(() -> true);
    // when, then
    for (String id : cluster.others(leader)) {
      Producer again = repeated(() -> cluster.log(id).producer("at " + id));
      assertThat(again.lastSequence()).isEqualTo(-1);
      get(again.append(bytes("again")));
    }
    Producer atLeader = repeated(() -> cluster.log(leader).producer("at " + leader));
    assertThat(atLeader.lastSequence()).isEqualTo(-1);
  }

  @Test
  void shouldBeginAgainAfterAnExpiryWhileNobodyAppended() {
    // given: producers without a handle that have expired by the clock, and no entry since
    restart(EXPIRING);
    cluster.awaitLeader();
    for (String id : cluster.members()) {
      repeated(() -> cluster.log(id).append("at " + id, 0, bytes("before")));
      get(cluster.log(id).append("at " + id, 1, bytes("before")));
    }
    await().pollDelay(LONGER_THAN_EXPIRY).atMost(SOON).until(() -> true);
    for (String id : cluster.members()) {
      RaftLog log = cluster.log(id);
      failure(log.append("at " + id, 2, bytes("next")), UnknownProducerException.class);
      // when: it does as it is told
      AppendResult first = get(log.append("at " + id, 0, bytes("before")));
      AppendResult second = get(log.append("at " + id, 1, bytes("after")));
      // then: that is in the log, and not what was there before
      assertThat(first.outcome()).isEqualTo(Outcome.APPENDED);
      assertThat(second.outcome()).isEqualTo(Outcome.APPENDED);
      assertThat(second.offset()).isGreaterThan(first.offset());
    }
  }

  @Test
  void shouldNotClaimThatADoubtfulAppendIsNotInTheLogWhenItIsFenced() {
    // given: an append that its leader took, and of which nothing was heard for too long
    restart(TestCluster.calm().appendTimeout(Duration.ofMillis(400)).build());
    String home = cluster.awaitLeader();
    Producer fenced = repeated(() -> cluster.log(home).producer("p"));
    get(fenced.append(bytes("0")));
    cluster.network.rule(
        (from, to, frame) ->
            from.value().equals(home) && frame.bodyBytes() > 0 ? Fate.DROP : Fate.DELIVER);
    CompletableFuture<AppendResult> doubtful = fenced.append(bytes("1"));
    // what was called after it has had no outcome in time, so neither had the first attempt
    failure(cluster.log(home).append("later", 0, bytes("x")), AppendOutcomeUnknownException.class);
    List<String> others = cluster.others(home);
    cluster.network.isolate(home);
    String next = cluster.awaitLeader(others);
    repeated(() -> cluster.log(next).producer("p"));
    assertThat(doubtful).isNotDone();
    // when
    cluster.network.heal();
    // then
    failure(doubtful, AppendOutcomeUnknownException.class);
    failure(fenced.append(bytes("2")), ProducerFencedException.class);
  }

  @Test
  void shouldBoundTheBytesThatWaitToBeRepeated() {
    // given: nothing is committed, and others take all the room in the log
    int limit = 1 << 20;
    byte[] payload = new byte[limit / 10];
    restart(
        TestCluster.fast()
            .appendTimeout(Duration.ofMillis(400))
            .maxBatchBytes(limit)
            .maxPayloadBytes(payload.length)
            .maxInFlightBytes(limit)
            .build());
    String home = cluster.awaitLeader();
    Producer producer = repeated(() -> cluster.log(home).producer("p"));
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    appends.add(producer.append(payload));
    // when
    long begin = System.nanoTime();
    long least = Duration.ofSeconds(2).toNanos();
    for (int i = 0; isMissing(appends, 9, begin) || System.nanoTime() - begin < least; i++) {
      var unused = cluster.log(home).append("others", i, payload);
      CompletableFuture<AppendResult> append = producer.append(payload);
      if (!append.isCompletedExceptionally()) {
        appends.add(append);
      }
    }
    // then
    assertThat(appends).hasSizeLessThan(10);
    failure(producer.append(payload), BackpressureException.class);
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    for (CompletableFuture<AppendResult> append : appends) {
      get(append);
    }
    assertThat(producer.lastSequence()).isEqualTo(appends.size() - 1);
  }

  @Test
  void shouldAppendNoMoreWhenClosed() {
    Producer producer = get(cluster.log("n1").producer("p"));
    CompletableFuture<AppendResult> underWay = producer.append(bytes("0"));
    producer.close();
    producer.close();
    assertAppended(0, get(underWay));
    failure(producer.append(bytes("1")), NodeClosedException.class);
    assertThat(get(cluster.log("n1").producer("p")).lastSequence()).isZero();
  }

  @Test
  void shouldReadRecordsThatShareAnEntryWithRegistrations() {
    // given: many of both at the same time
    List<CompletableFuture<?>> calls = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(cluster.log("n1").producer("registered-" + i));
      calls.add(cluster.log("n1").append("p", i, bytes("" + i)));
      calls.add(cluster.log("n1").producer("registered-" + i));
      expected.add("p:" + i + "=" + i);
    }
    // when
    calls.forEach(TestCluster::get);
    // then
    cluster.awaitLevel();
    for (String id : cluster.members()) {
      assertThat(cluster.readAll(id)).isEqualTo(expected);
    }
  }

  @Test
  void shouldTellWhenNoLeaderCanBeReachedToRegister() {
    restart(TestCluster.fast().appendTimeout(Duration.ofMillis(700)).build());
    String lonely = cluster.awaitLeader();
    cluster.others(lonely).forEach(cluster::stop);
    await().atMost(SOON).until(() -> cluster.log(lonely).status().leader().isEmpty());
    failure(cluster.log(lonely).producer("p"), NoLeaderException.class);
  }

  private static boolean isMissing(List<?> appends, int count, long begin) {
    return appends.size() < count && System.nanoTime() - begin < SOON.toNanos();
  }

  private void restart(LogOptions options) {
    cluster.close();
    cluster = TestCluster.started(3, options);
  }
}
