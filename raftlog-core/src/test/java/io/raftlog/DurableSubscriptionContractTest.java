package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static io.raftlog.TestCluster.repeated;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.position.PositionTable;
import io.raftlog.spi.StoredEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a durable subscription promises. */
class DurableSubscriptionContractTest {
  private TestCluster cluster = TestCluster.started(3);
  private int appended;

  @AfterEach
  void close() {
    cluster.close();
  }

  private void restart(LogOptions options) {
    cluster.close();
    cluster = TestCluster.started(3, options);
  }

  private void append(int count) {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      appends.add(cluster.log("n1").append("p", appended, bytes("" + appended)));
      appended++;
    }
    appends.forEach(TestCluster::get);
    cluster.awaitLevel();
  }

  /** More than is read at once, all of it in every node's memory. */
  private void appendBacklog() {
    List<byte[]> payloads = Collections.nCopies(1_000, bytes("backlog"));
    for (int i = 0; i < 10; i++) {
      get(cluster.log("n1").append("backlog", i * 1_000L, payloads));
    }
    cluster.awaitLevel();
  }

  private Subscription subscription(String node, String name) {
    return get(cluster.log(node).subscription(name));
  }

  private static Collector collect(Subscription subscription) {
    Collector collector = new Collector();
    subscription.records().subscribe(collector);
    return collector;
  }

  private static List<Long> offsets(Collector collector) {
    return collector.records().stream().map(LogRecord::offset).toList();
  }

  @Test
  void shouldBeginWhereItIsToldOnlyWhenItIsNew() {
    // given
    append(10);
    // when
    RaftLog log = cluster.log("n2");
    Subscription earliest = subscription("n2", "earliest");
    Subscription latest =
        get(log.subscription("latest", StartAt.latest(), SubscribeOptions.DEFAULT));
    Subscription offset =
        get(log.subscription("offset", StartAt.offset(4), SubscribeOptions.DEFAULT));
    append(2);
    // then
    assertThat(List.of(earliest.position(), latest.position(), offset.position()))
        .containsExactly(0L, 10L, 4L);
    assertThat(List.of(earliest.lag(), latest.lag(), offset.lag())).containsExactly(12L, 2L, 8L);
    Collector collected = collect(latest);
    collected.awaitCount(2);
    assertThat(offsets(collected)).containsExactly(10L, 11L);
    // and: when it is known, the start says nothing
    get(latest.commit(11));
    for (String id : cluster.members()) {
      Subscription again =
          get(cluster.log(id).subscription("latest", StartAt.earliest(), SubscribeOptions.DEFAULT));
      assertThat(again.position()).isEqualTo(11);
      assertThat(again.name()).isEqualTo("latest");
    }
  }

  @Test
  void shouldRefuseAStartBeyondTheEndAndNamesThatCannotBe() {
    append(1);
    RaftLog log = cluster.log("n1");
    failure(
        log.subscription("s", StartAt.offset(2), SubscribeOptions.DEFAULT),
        OffsetOutOfRangeException.class);
    assertThat(log.subscriptions()).isEmpty();
    assertThatThrownBy(() -> log.subscription("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.subscription("s".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(subscription("n1", "s".repeat(255)).position()).isZero();
  }

  @Test
  void shouldGoOnAtTheCommittedPositionAfterItsNodeWasKilled() {
    // given
    append(10);
    String home = cluster.awaitLeader();
    Subscription first = subscription(home, "billing");
    collect(first).awaitCount(10);
    get(first.commit(7));
    // when
    cluster.kill(home);
    cluster.awaitLeader();
    Subscription second = subscription(cluster.running().get(0), "billing");
    // then: at least once, from the last committed position
    assertThat(second.position()).isEqualTo(7);
    Collector collected = collect(second);
    collected.awaitCount(3);
    assertThat(offsets(collected)).containsExactly(7L, 8L, 9L);
  }

  @Test
  void shouldKeepPositionsThroughRestartsOfAllNodes() {
    // given
    append(10);
    get(subscription("n1", "a").commit(3));
    get(subscription("n2", "b").commit(5));
    // when: all crash, so the log is replayed
    List.copyOf(cluster.members()).forEach(cluster::kill);
    cluster.network.heal();
    cluster.startAll();
    cluster.awaitLeader();
    // then
    Subscription a = subscription("n3", "a");
    assertThat(a.position()).isEqualTo(3);
    get(a.commit(4));
    cluster.awaitLevel();
    // when: all close, so the tables come from a checkpoint
    List.copyOf(cluster.members()).forEach(cluster::stop);
    cluster.startAll();
    cluster.awaitLeader();
    // then
    assertThat(subscription("n2", "a").position()).isEqualTo(4);
    assertThat(subscription("n1", "b").position()).isEqualTo(5);
  }

  @Test
  void shouldFenceTheOneThatClaimedItBefore() {
    // given
    append(10);
    Subscription zombie = subscription("n1", "billing");
    get(zombie.commit(2));
    Collector atZombie = collect(zombie);
    atZombie.awaitCount(8);
    // when
    Subscription owner = subscription("n2", "billing");
    get(owner.commit(9));
    // then: nothing is moved, back or forth
    failure(zombie.commit(10), SubscriptionFencedException.class);
    failure(zombie.commit(5), SubscriptionFencedException.class);
    failure(zombie.remove(), SubscriptionFencedException.class);
    assertThat(subscription("n3", "billing").position()).isEqualTo(9);
    atZombie.awaitError(SubscriptionFencedException.class);
  }

  @Test
  void shouldEndThePublisherOfAZombieThatDoesNotCommit() {
    // given
    Subscription zombie = subscription("n1", "billing");
    Collector atZombie = collect(zombie);
    subscription("n2", "billing");
    // when
    cluster.awaitLevel();
    append(1);
    append(1);
    // then
    atZombie.awaitError(SubscriptionFencedException.class);
  }

  @Test
  void shouldLetOneOfManyThatClaimAtTheSameTimeBeTheOwner() {
    // given
    append(5);
    List<CompletableFuture<Subscription>> claims = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      claims.add(cluster.log("n" + (1 + i % 3)).subscription("billing"));
    }
    // when
    List<Subscription> claimed = claims.stream().map(TestCluster::get).toList();
    // then
    int owners = 0;
    for (Subscription subscription : claimed) {
      CompletableFuture<Void> commit = subscription.commit(5);
      owners += get(commit.handle((nothing, thrown) -> thrown == null)) ? 1 : 0;
    }
    assertThat(owners).isEqualTo(1);
    assertThat(subscription("n1", "billing").position()).isEqualTo(5);
  }

  @Test
  void shouldMovePositionsForwardOnly() {
    append(10);
    Subscription subscription = subscription("n1", "s");
    get(subscription.commit(6));
    get(subscription.commit(6));
    get(subscription.commit(0));
    assertThat(subscription.position()).isEqualTo(6);
    failure(subscription.commit(11), OffsetOutOfRangeException.class);
    assertThatThrownBy(() -> subscription.commit(-1)).isInstanceOf(IllegalArgumentException.class);
    get(subscription.commit(10));
    assertThat(subscription("n2", "s").position()).isEqualTo(10);
  }

  @Test
  void shouldTakePositionsThatALaggingNodeDoesNotKnowYet() {
    // given: a node that has heard nothing of the last nine records
    append(1);
    String leader = cluster.awaitLeader();
    String lagging = cluster.other(leader);
    Subscription subscription = subscription(lagging, "s");
    cluster.network.isolate(lagging);
    for (int i = 1; i < 10; i++) {
      get(cluster.log(leader).append("p", i, bytes("" + i)));
    }
    // when
    CompletableFuture<Void> commit = subscription.commit(10);
    CompletableFuture<Subscription> begun =
        cluster.log(lagging).subscription("begun", StartAt.offset(10), SubscribeOptions.DEFAULT);
    assertThat(commit).isNotDone();
    cluster.network.heal();
    // then
    get(commit);
    assertThat(subscription.position()).isEqualTo(10);
    assertThat(get(begun).position()).isEqualTo(10);
  }

  @Test
  void shouldBeginWhereItIsToldThoughANodeHasNotHeardOfARemoval() {
    // given
    append(10);
    String leader = cluster.awaitLeader();
    String lagging = cluster.other(leader);
    Subscription removed = subscription(leader, "s");
    get(removed.commit(3));
    await()
        .atMost(SOON)
        .until(
            () ->
                cluster
                    .log(lagging)
                    .subscriptions()
                    .equals(List.of(new SubscriptionStatus("s", 3, 7))));
    cluster.network.isolate(lagging);
    get(removed.remove());
    // when
    CompletableFuture<Subscription> claimed =
        cluster.log(lagging).subscription("s", StartAt.offset(5), SubscribeOptions.DEFAULT);
    cluster.network.heal();
    // then
    assertThat(get(claimed).position()).isEqualTo(5);
  }

  @Test
  void shouldBoundTheCommitsThatWait() {
    // given
    append(2);
    String home = cluster.awaitLeader();
    Subscription subscription = subscription(home, "s");
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    CompletableFuture<Void> underWay = subscription.commit(1);
    // when
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 65_536; i++) {
      waiting.add(subscription.commit(2));
    }
    // then
    failure(subscription.commit(2), BackpressureException.class);
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    get(underWay);
    waiting.forEach(TestCluster::get);
    get(subscription.commit(2));
  }

  @Test
  void shouldTellOfACommitThatIsRefusedAtOnceOnTheCallbackExecutorToo() {
    // given: one append has all the room there is
    AtomicBoolean held = new AtomicBoolean();
    Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    Executor callbacks =
        task -> {
          if (held.get()) {
            waiting.add(task);
          } else {
            task.run();
          }
        };
    LogOptions oneAtATime = TestCluster.fast().maxInFlightAppends(1).build();
    try (TestCluster alone = TestCluster.of(1, oneAtATime)) {
      alone.put(
          "n1",
          alone.builder("n1").callbackExecutor(callbacks).log(TestCluster.LOG, oneAtATime).start());
      RaftLog log = alone.log("n1");
      get(log.append("p", 0, bytes("0")));
      Subscription subscription = get(log.subscription("s"));
      alone.stored("n1").hang();
      CompletableFuture<AppendResult> only = log.append("p", 1, bytes("1"));
      // when
      held.set(true);
      CompletableFuture<Void> commit = subscription.commit(1);
      // then
      assertThat(commit).isNotDone();
      held.set(false);
      waiting.forEach(Runnable::run);
      failure(commit, BackpressureException.class);
      alone.stored("n1").resume();
      get(only);
    }
  }

  @Test
  void shouldSendAsOneWhatIsCommittedWhileACommitIsUnderWay() {
    // given
    append(200);
    String home = cluster.awaitLeader();
    Subscription subscription = subscription(home, "s");
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    // when
    List<CompletableFuture<Void>> commits = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      commits.add(subscription.commit(i));
    }
    commits.forEach(commit -> assertThat(commit).isNotDone());
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    // then
    commits.forEach(TestCluster::get);
    assertThat(subscription.position()).isEqualTo(200);
    assertThat(storedPositions(home)).containsExactly(1L, 200L);
  }

  private List<Long> storedPositions(String node) {
    List<Long> positions = new ArrayList<>();
    for (StoredEntry entry : cluster.stored(node).entries()) {
      if (EntryLayout.header(entry.bytes()).kind() == EntryKind.RECORDS) {
        for (RunCursor run = new RunCursor(entry.bytes()); run.nextRun(); ) {
          if (run.isControl() && run.control() instanceof ControlRun.Position moved) {
            positions.add(moved.position());
          }
        }
      }
    }
    return positions;
  }

  @Test
  void shouldCommitThroughLostLeaders() {
    // given
    append(100);
    String home = cluster.other(cluster.awaitLeader());
    Subscription subscription = subscription(home, "s");
    for (int round = 1; round <= 3; round++) {
      // when
      String leader = cluster.awaitLeader();
      CompletableFuture<Void> commit = subscription.commit(10L * round);
      if (!leader.equals(home)) {
        cluster.kill(leader);
      }
      // then
      get(commit);
      assertThat(subscription.position()).isEqualTo(10L * round);
      cluster.network.heal();
      cluster.startAll();
      cluster.awaitLevel();
    }
    assertThat(subscription(cluster.other(home), "s").position()).isEqualTo(30);
  }

  @Test
  void shouldTellOfACommitWithoutAnOutcomeAndTakeALaterOne() {
    // given
    restart(TestCluster.calm().appendTimeout(Duration.ofMillis(400)).build());
    for (int i = 0; i < 10; i++) {
      int sequence = i;
      repeated(() -> cluster.log("n1").append("p", sequence, bytes("" + sequence)));
    }
    cluster.awaitLevel();
    String home = cluster.awaitLeader();
    Subscription subscription = repeated(() -> cluster.log(home).subscription("s"));
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    // when
    failure(subscription.commit(3), AppendOutcomeUnknownException.class);
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    // then
    await()
        .atMost(SOON)
        .until(() -> get(subscription.commit(8).handle((nothing, thrown) -> thrown == null)));
    assertThat(subscription.position()).isEqualTo(8);
  }

  @Test
  void shouldRemoveASubscriptionAndLetANewOneBegin() {
    // given
    append(10);
    Subscription removed = subscription("n1", "s");
    get(removed.commit(5));
    // when
    get(removed.remove());
    // then
    failure(removed.commit(6), SubscriptionFencedException.class);
    await().atMost(SOON).until(() -> cluster.log("n2").subscriptions().isEmpty());
    Subscription second = subscription("n2", "s");
    assertThat(second.position()).isZero();
    failure(removed.commit(7), SubscriptionFencedException.class);
    assertThat(second.lag()).isEqualTo(10);
  }

  @Test
  void shouldShowOnEveryNodeHowFarEachHasCome() {
    append(10);
    get(subscription("n1", "b").commit(4));
    get(subscription("n2", "a").commit(9));
    cluster.awaitLevel();
    for (String id : cluster.members()) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(cluster.log(id).subscriptions())
                      .containsExactly(
                          new SubscriptionStatus("a", 9, 1), new SubscriptionStatus("b", 4, 6)));
    }
  }

  @Test
  void shouldBoundHowManyThereAre() {
    // given
    List<CompletableFuture<Subscription>> claims = new ArrayList<>();
    for (int i = 0; i < PositionTable.MAX_SUBSCRIPTIONS; i++) {
      claims.add(cluster.log("n1").subscription("s" + i));
    }
    List<Subscription> claimed = claims.stream().map(TestCluster::get).toList();
    // when, then
    failure(cluster.log("n1").subscription("more"), TooManySubscriptionsException.class);
    assertThat(subscription("n1", "s7").position()).isZero();
    get(claimed.get(3).remove());
    assertThat(subscription("n1", "more").position()).isZero();
    // and also where a removal has not been heard of
    String lagging =
        cluster.others(cluster.awaitLeader()).stream()
            .filter(id -> !id.equals("n1"))
            .findFirst()
            .get();
    cluster.awaitLevel();
    cluster.network.isolate(lagging);
    get(claimed.get(4).remove());
    CompletableFuture<Subscription> another = cluster.log(lagging).subscription("another");
    cluster.network.heal();
    assertThat(get(another).position()).isZero();
  }

  /**
   * Seen: claims that the leader had left out, since others had taken the last room just before,
   * heard nothing until their time was up.
   */
  @Test
  @Timeout(60)
  void shouldTellThatThereAreTooManyWhenAllAreClaimedAtOnce() {
    // given
    int more = 7;
    // when
    List<CompletableFuture<Subscription>> claims = new ArrayList<>();
    for (int i = 0; i < PositionTable.MAX_SUBSCRIPTIONS + more; i++) {
      claims.add(cluster.log(cluster.members().get(i % 3)).subscription("s" + i));
    }
    // then
    int tooMany = 0;
    for (CompletableFuture<Subscription> claim : claims) {
      Throwable thrown = get(claim.handle((claimed, failure) -> failure));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(TooManySubscriptionsException.class);
        tooMany++;
      }
    }
    assertThat(tooMany).isEqualTo(more);
  }

  @Test
  void shouldEndItsPublishersAndKeepItsPositionWhenClosed() {
    // given
    append(5);
    Subscription closed = subscription("n1", "s");
    Collector collected = collect(closed);
    collected.awaitCount(5);
    get(closed.commit(3));
    // when
    closed.close();
    closed.close();
    // then: at once, although no record comes
    collected.awaitError(NodeClosedException.class);
    failure(closed.commit(4), NodeClosedException.class);
    assertThat(subscription("n1", "s").position()).isEqualTo(3);
  }

  /** Seen: records in memory were delivered to the last although the subscription was over. */
  @Test
  void shouldDeliverNothingMoreWhenClosedFromTheSubscriber() {
    // given
    appendBacklog();
    Subscription closed = subscription("n1", "s");
    Collector collected =
        new Collector() {
          @Override
          public void onNext(LogRecord record) {
            super.onNext(record);
            if (record.offset() == 4) {
              closed.close();
            }
          }
        };
    // when
    closed.records().subscribe(collected);
    // then
    collected.awaitError(NodeClosedException.class);
    assertThat(offsets(collected)).containsExactly(0L, 1L, 2L, 3L, 4L);
    // and: nor does it begin again
    collect(closed).awaitError(NodeClosedException.class);
  }

  @Test
  void shouldDeliverNothingMoreOfABacklogWhenAnotherHasClaimedIt() throws InterruptedException {
    // given
    appendBacklog();
    Subscription zombie = subscription("n1", "s");
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch claimed = new CountDownLatch(1);
    Collector atZombie =
        new Collector() {
          @Override
          public void onNext(LogRecord record) {
            super.onNext(record);
            if (record.offset() == 4) {
              busy.countDown();
              awaitQuietly(claimed);
            }
          }
        };
    zombie.records().subscribe(atZombie);
    assertThat(busy.await(SOON.toMillis(), MILLISECONDS)).isTrue();
    // when: this node has heard of it
    Subscription owner = subscription("n1", "s");
    claimed.countDown();
    // then
    atZombie.awaitError(SubscriptionFencedException.class);
    assertThat(offsets(atZombie)).containsExactly(0L, 1L, 2L, 3L, 4L);
    collect(owner).awaitCount(10_000);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(SOON.toMillis(), MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldTellSubscribersWithoutDemandThatItIsOver() {
    // given
    append(5);
    Subscription closed = subscription("n1", "closed");
    Subscription removed = subscription("n1", "removed");
    List<Collector> ofClosed = List.of(new Collector(0), new Collector(2));
    List<Collector> ofRemoved = List.of(new Collector(0), new Collector(2));
    ofClosed.forEach(closed.records()::subscribe);
    ofRemoved.forEach(removed.records()::subscribe);
    ofClosed.get(1).awaitCount(2);
    ofRemoved.get(1).awaitCount(2);
    // when
    closed.close();
    get(removed.remove());
    // then
    ofClosed.forEach(collected -> collected.awaitError(NodeClosedException.class));
    ofRemoved.forEach(collected -> collected.awaitError(SubscriptionFencedException.class));
  }

  @Test
  void shouldEndNoSubscribersButItsOwn() {
    // given
    append(1);
    Subscription closed = subscription("n1", "closed");
    Collector ofAnother = collect(subscription("n1", "another"));
    // when
    closed.close();
    append(1);
    // then
    ofAnother.awaitCount(2);
  }

  @Test
  void shouldNotConfuseASubscriptionWithAProducerOfTheSameName() {
    Producer producer = get(cluster.log("n1").producer("same"));
    Subscription subscription = subscription("n1", "same");
    get(producer.append(bytes("0")));
    get(subscription.commit(1));
    get(producer.append(bytes("1")));
    get(subscription("n2", "same").commit(2));
    assertThat(get(cluster.log("n3").producer("same")).lastSequence()).isEqualTo(1);
    get(cluster.log("n1").append("same", 2, bytes("2")));
  }
}
