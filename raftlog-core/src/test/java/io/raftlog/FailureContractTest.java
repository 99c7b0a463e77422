package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static io.raftlog.TestCluster.repeated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.AppendResult.Outcome;
import io.raftlog.spi.StoredEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers are told when leaders are lost with appends in flight. */
class FailureContractTest {
  /** More than fits into a few batches, with some in every state when something happens. */
  private static final int COUNT = 2000;

  /** Of 1,000 bytes; twice as many are more than a leader with little room takes. */
  private static final int LARGE = 90;

  private TestCluster cluster = TestCluster.started(3);

  /** How often each future completed, which must be once. */
  private final List<AtomicInteger> completions = new ArrayList<>();

  @AfterEach
  void close() {
    cluster.close();
    assertThat(completions).allMatch(count -> count.get() == 1);
  }

  @Test
  void shouldCompleteEveryAppendOnceWhenTheLeaderIsKilled() {
    // given: appends from both followers in flight
    String leader = cluster.awaitLeader();
    List<String> others = cluster.others(leader);
    List<List<CompletableFuture<AppendResult>>> all = new ArrayList<>();
    others.forEach(id -> all.add(appendMany(id, COUNT / 2)));
    // when
    cluster.kill(leader);
    others.forEach(id -> all.get(others.indexOf(id)).addAll(appendMore(id, COUNT / 2, COUNT)));
    // then
    for (String id : others) {
      assertInOrder(id, all.get(others.indexOf(id)));
    }
    assertHistory(others.get(0), others);
  }

  @Test
  void shouldResolveWhatALostLeaderHadInFlightItself() {
    // given: the leader's own appends go out, and it is cut off among them
    String old = cluster.awaitLeader();
    List<CompletableFuture<AppendResult>> appends = appendMany(old, COUNT / 2);
    await().atMost(SOON).until(() -> cluster.log(old).status().endOffset() > 0);
    cluster.network.isolate(old);
    appends.addAll(appendMore(old, COUNT / 2, COUNT));
    String now = cluster.awaitLeader(cluster.others(old));
    get(cluster.log(now).append("elsewhere", 0, bytes("x")));
    // when
    cluster.network.heal();
    // then: found out from the next leader
    assertInOrder(old, appends);
    cluster.awaitLevel();
    for (String id : cluster.members()) {
      assertThat(cluster.readAll(id)).hasSize(COUNT + 1).doesNotHaveDuplicates();
    }
  }

  @Test
  void shouldGoOnThroughManyLeaders() {
    // given
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    int sequence = 0;
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 300; i++) {
        CompletableFuture<AppendResult> append =
            cluster.log("n1").append("from-n1", sequence, bytes("" + sequence));
        appends.add(counted(append));
        sequence++;
      }
      // when
      String leader = cluster.awaitLeader();
      cluster.network.isolate(leader);
      cluster.awaitLeader(cluster.others(leader));
      cluster.network.heal();
    }
    // then
    assertInOrder("n1", appends);
    cluster.awaitLevel();
    assertThat(cluster.readAll("n2")).hasSize(sequence).doesNotHaveDuplicates();
  }

  @Test
  void shouldTellThatNothingWasAppendedWhenNoLeaderWasReached() {
    // given: two of three are gone, and the third knows it
    restart(TestCluster.fast().appendTimeout(Duration.ofMillis(700)).build());
    String survivor = cluster.awaitLeader();
    List<String> others = cluster.others(survivor);
    others.forEach(cluster::stop);
    await().atMost(SOON).until(() -> cluster.log(survivor).status().leader().isEmpty());
    // when
    CompletableFuture<AppendResult> append = cluster.log(survivor).append("p", 0, bytes("never"));
    CompletableFuture<AppendResult> list =
        cluster.log(survivor).append("q", 0, List.of(bytes("never"), bytes("never")));
    // then
    assertThat(failure(append, NoLeaderException.class).fate())
        .isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    failure(list, NoLeaderException.class);
    // and it is never in the log; who appends now has more time
    for (String id : others) {
      cluster.put(id, cluster.builder(id).log(TestCluster.LOG, TestCluster.FAST).start());
    }
    cluster.awaitLeader();
    assertAppended(0, get(cluster.log(others.get(0)).append("p", 0, bytes("now"))));
    cluster.awaitLevel();
    assertThat(cluster.readAll(survivor)).containsExactly("p:0=now");
  }

  @Test
  void shouldTellThatTheOutcomeIsUnknownAndResolveItByARetry() {
    // given: a leader that takes appends in and cannot commit them
    restart(TestCluster.calm().appendTimeout(Duration.ofMillis(500)).build());
    String old = cluster.awaitLeader();
    cluster.others(old).forEach(id -> cluster.stored(id).hang());
    CompletableFuture<AppendResult> local = cluster.log(old).append("local", 0, bytes("x"));
    String follower = cluster.other(old);
    CompletableFuture<AppendResult> forwarded =
        cluster.log(follower).append("forwarded", 0, bytes("y"));
    // when
    for (CompletableFuture<AppendResult> append : List.of(local, forwarded)) {
      assertThat(failure(append, AppendOutcomeUnknownException.class).fate())
          .isEqualTo(RaftLogException.Fate.UNKNOWN);
    }
    // then: the same sequence, for as long as one likes, on any node
    failure(
        cluster.log(follower).append("local", 0, bytes("x")), AppendOutcomeUnknownException.class);
    cluster.others(old).forEach(id -> cluster.stored(id).resume());
    cluster.awaitLeader();
    AppendResult again = retry(cluster.other(old), "local", "x");
    assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
    assertThat(retry(old, "forwarded", "y").outcome()).isEqualTo(Outcome.DUPLICATE);
    cluster.awaitLevel();
    assertThat(cluster.readAll("n1")).containsExactlyInAnyOrder("local:0=x", "forwarded:0=y");
  }

  @Test
  void shouldAppendOnceWhatWasUnknownAndHadBeenLost() {
    // given: an isolated leader's append is replaced by the others
    restart(TestCluster.calm().appendTimeout(Duration.ofMillis(500)).build());
    String old = cluster.awaitLeader();
    CompletableFuture<AppendResult> lost = cluster.appendOnlyTo(old, "p", 0, bytes("x"));
    failure(lost, AppendOutcomeUnknownException.class);
    cluster.network.isolate(old);
    String now = cluster.awaitLeader(cluster.others(old));
    assertThat(retry(now, "q", "other").offset()).isZero();
    cluster.network.heal();
    // when
    AppendResult again = retry(old, "p", "x");
    // then
    assertThat(again.offset()).isEqualTo(1);
    cluster.awaitLevel();
    assertThat(retry(now, "p", "x").outcome()).isEqualTo(Outcome.DUPLICATE);
    assertThat(cluster.readAll(now)).containsExactly("q:0=other", "p:0=x");
  }

  @Test
  void shouldRefuseAGapOnlyAsALeaderThatAQuorumHasConfirmed() {
    // given: a deposed leader that does not know it; the others have what it misses
    String old = cluster.awaitLeader();
    get(cluster.log(old).append("p", 0, bytes("0")));
    cluster.network.isolate(old);
    CompletableFuture<AppendResult> two = cluster.log(old).append("p", 2, bytes("2"));
    String now = cluster.awaitLeader(cluster.others(old));
    get(cluster.log(now).append("p", 1, bytes("1")));
    // when
    assertThat(two).isNotDone();
    cluster.network.heal();
    // then: it was no gap
    assertAppended(2, get(two));
  }

  @Test
  void shouldGoOnWhenTwoNodesHearEachOtherOnlyThroughTheThird() {
    // given: the leader and a follower are cut apart
    String leader = cluster.awaitLeader();
    String cutOff = cluster.other(leader);
    cluster.network.cutBoth(leader, cutOff);
    // when, then: somebody serves, on every node that can reach the leader of the day
    String bridge =
        cluster.others(leader).stream().filter(id -> !id.equals(cutOff)).toList().get(0);
    for (int i = 0; i < 20; i++) {
      assertThat(get(cluster.log(bridge).append("p", i, bytes("" + i))).offset()).isEqualTo(i);
    }
    cluster.network.heal();
    cluster.awaitLevel();
    assertThat(cluster.readAll(cutOff)).hasSize(20);
  }

  @Test
  void shouldGoOnWhenALeaderCanSendButNotHear() {
    // given
    String deaf = cluster.awaitLeader();
    cluster.others(deaf).forEach(id -> cluster.network.cut(id, deaf));
    // when: it notices that nobody answers, and others lead
    String now = cluster.awaitLeader(cluster.others(deaf));
    // then
    assertAppended(0, get(cluster.log(now).append("p", 0, bytes("x"))));
    CompletableFuture<AppendResult> waiting = cluster.log(deaf).append("q", 0, bytes("y"));
    cluster.network.heal();
    assertAppended(1, get(waiting));
  }

  @Test
  void shouldServeOnFiveNodesWithTwoDown() {
    cluster.close();
    cluster = TestCluster.started(5);
    String leader = cluster.awaitLeader();
    cluster.kill(leader);
    cluster.network.heal();
    String next = cluster.awaitLeader();
    cluster.kill(next);
    cluster.network.heal();
    // when
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (String id : cluster.running()) {
      appends.add(cluster.log(id).append("from-" + id, 0, bytes(id)));
    }
    // then
    assertThat(appends)
        .extracting(append -> get(append).offset())
        .containsExactlyInAnyOrder(0L, 1L, 2L);
    cluster.start(leader);
    cluster.start(next);
    cluster.awaitLevel();
    assertThat(cluster.readAll(leader)).isEqualTo(cluster.readAll(next)).hasSize(3);
  }

  @Test
  void shouldNotFloodALeaderThatHasNoRoom() {
    // given: the leader may have little uncommitted, and commits nothing
    LogOptions small =
        TestCluster.calm()
            .maxPayloadBytes(1000)
            .maxBatchBytes(10_000)
            .maxInFlightBytes(100_000)
            .build();
    restart(small);
    String leader = cluster.awaitLeader();
    String follower = cluster.other(leader);
    cluster.others(leader).forEach(id -> cluster.stored(id).hang());
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>(appendLarge(leader));
    await().atMost(SOON).until(() -> recordsStored(leader) == LARGE);
    appends.addAll(appendLarge(follower));
    long before = cluster.network.bytes();
    long start = System.nanoTime();
    // when
    await().pollDelay(Duration.ofSeconds(2)).atMost(SOON).until(() -> true);
    double seconds = (System.nanoTime() - start) / 1e9;
    double perSecond = (cluster.network.bytes() - before) / seconds;
    // then: it does not send all of it again each time that it is refused
    assertThat(perSecond).isLessThan(1_000_000);
    cluster.others(leader).forEach(id -> cluster.stored(id).resume());
    appends.forEach(append -> assertThat(get(append).offset()).isNotNegative());
  }

  @Test
  void shouldNotLoseOrDoubleAnythingInAnUnreliableNetworkWithChangingLeaders() {
    // given
    cluster.network.unreliable(11, 0.03, 0.05, Duration.ofMillis(4));
    List<List<CompletableFuture<AppendResult>>> all = new ArrayList<>();
    for (String id : cluster.members()) {
      all.add(appendMany(id, 200));
    }
    // when
    for (int i = 0; i < 3; i++) {
      String isolated = cluster.members().get(i);
      cluster.network.isolate(isolated);
      await().pollDelay(Duration.ofMillis(700)).atMost(SOON).until(() -> true);
      cluster.network.heal();
      cluster.network.unreliable(i, 0.03, 0.05, Duration.ofMillis(4));
    }
    // then
    for (int i = 0; i < 3; i++) {
      assertInOrder(cluster.members().get(i), all.get(i));
    }
    cluster.network.heal();
    assertHistory("n1", cluster.members());
  }

  private List<CompletableFuture<AppendResult>> appendLarge(String id) {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < LARGE; i++) {
      appends.add(cluster.log(id).append("from-" + id, i, new byte[1000]));
    }
    return appends;
  }

  private long recordsStored(String id) {
    return cluster.stored(id).entries().stream().mapToLong(StoredEntry::recordCount).sum();
  }

  private void restart(LogOptions options) {
    cluster.close();
    cluster = TestCluster.started(3, options);
  }

  private List<CompletableFuture<AppendResult>> appendMany(String id, int count) {
    return new ArrayList<>(appendMore(id, 0, count));
  }

  private List<CompletableFuture<AppendResult>> appendMore(String id, int from, int to) {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = from; i < to; i++) {
      appends.add(counted(cluster.log(id).append("from-" + id, i, bytes("" + i))));
    }
    return appends;
  }

  private CompletableFuture<AppendResult> counted(CompletableFuture<AppendResult> append) {
    AtomicInteger count = new AtomicInteger();
    completions.add(count);
    return append.whenComplete((result, thrown) -> count.incrementAndGet());
  }

  /** Every append succeeded, at increasing offsets, once, and is there. */
  private void assertInOrder(String id, List<CompletableFuture<AppendResult>> appends) {
    long last = -1;
    for (int i = 0; i < appends.size(); i++) {
      AppendResult result = get(appends.get(i));
      assertThat(result.offset()).as("offset of %s", i).isGreaterThan(last);
      last = result.offset();
      LogRecord record = get(cluster.log(id).read(last, 1)).records().get(0);
      assertThat(TestCluster.text(record)).isEqualTo("from-" + id + ":" + i + "=" + i);
      assertThat(record.timestamp()).isEqualTo(result.timestamp());
    }
  }

  private void assertHistory(String id, List<String> producers) {
    cluster.awaitLevel();
    List<String> all = cluster.readAll(id);
    assertThat(all).doesNotHaveDuplicates();
    for (String producer : producers) {
      List<String> own = all.stream().filter(text -> text.startsWith("from-" + producer)).toList();
      for (int i = 0; i < own.size(); i++) {
        assertThat(own.get(i)).isEqualTo("from-" + producer + ":" + i + "=" + i);
      }
    }
    for (String other : cluster.running()) {
      assertThat(cluster.readAll(other)).isEqualTo(all);
    }
  }

  private AppendResult retry(String id, String producer, String payload) {
    return repeated(() -> cluster.log(id).append(producer, 0, bytes(payload)));
  }
}
