package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.spi.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a subscriber may rely on, with real nodes and threads. */
class SubscriptionContractTest {
  private TestCluster cluster;

  @AfterEach
  void close() {
    cluster.close();
  }

  private RaftLog log(String id) {
    return cluster.log(id);
  }

  private void append(int from, int to) {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = from; i < to; i++) {
      appends.add(log("n1").append("p", i, bytes("" + i)));
    }
    appends.forEach(TestCluster::get);
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "p:" + i + "=" + i).toList();
  }

  private Collector subscribed(String id, StartAt start) {
    Collector collector = new Collector();
    log(id).subscribe(start).subscribe(collector);
    return collector;
  }

  @Test
  void shouldBeginWhereItIsToldAndFollowTheTail() {
    // given
    cluster = TestCluster.started(1);
    append(0, 20);
    await().pollDelay(Duration.ofMillis(5)).until(() -> true);
    Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    append(20, 30);
    // when
    Collector earliest = subscribed("n1", StartAt.earliest());
    Collector latest = subscribed("n1", StartAt.latest());
    Collector offset = subscribed("n1", StartAt.offset(7));
    Collector fromTime = subscribed("n1", StartAt.time(time));
    append(30, 40);
    // then
    earliest.awaitCount(40);
    latest.awaitCount(10);
    offset.awaitCount(33);
    fromTime.awaitCount(20);
    assertThat(earliest.texts()).isEqualTo(texts(0, 40));
    assertThat(latest.texts()).isEqualTo(texts(30, 40));
    assertThat(offset.texts()).isEqualTo(texts(7, 40));
    assertThat(fromTime.texts()).isEqualTo(texts(20, 40));
  }

  @Test
  void shouldRefuseAStartOrOptionsThatCannotBe() {
    cluster = TestCluster.started(1);
    assertThatThrownBy(() -> StartAt.offset(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("offset must not be negative, is -1");
    assertThatThrownBy(() -> SubscribeOptions.DEFAULT.withBufferRecords(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bufferRecords must be at least 1, is 0");
    assertThatThrownBy(() -> log("n1").subscribe(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void shouldDeliverEachRecordOnceAndInOrderOnEveryNodeWhileLeadersChange() {
    // given
    cluster = TestCluster.started(3);
    List<Collector> collectors = new ArrayList<>();
    for (String id : cluster.members()) {
      collectors.add(subscribed(id, StartAt.earliest()));
    }
    // when
    int appended = 0;
    for (int round = 0; round < 5; round++) {
      append(appended, appended + 100);
      appended += 100;
      String leader = cluster.awaitLeader();
      cluster.network.isolate(leader);
      get(log(cluster.other(leader)).append("p", appended, bytes("" + appended)));
      appended++;
      cluster.network.heal();
    }
    // then
    for (Collector collector : collectors) {
      collector.awaitCount(appended);
      assertThat(collector.texts()).isEqualTo(texts(0, appended));
    }
  }

  @Test
  void shouldDeliverNoMoreThanRequestedByWhateverThread() {
    // given
    cluster = TestCluster.started(1);
    append(0, 100);
    Collector collector = new Collector(0);
    log("n1").subscribe(StartAt.earliest()).subscribe(collector);
    // when, then
    for (int wanted : new int[] {1, 2, 40, 57}) {
      int before = collector.count();
      collector.subscription.request(wanted);
      collector.awaitCount(before + wanted);
    }
    assertThat(collector.texts()).isEqualTo(texts(0, 100));
  }

  @Test
  void shouldDeliverAllToASubscriberThatRequestsOneAtATime() {
    // given
    cluster = TestCluster.started(1);
    Collector collector =
        new Collector(1) {
          @Override
          public void onNext(LogRecord record) {
            super.onNext(record);
            subscription.request(1);
          }
        };
    // when
    log("n1").subscribe(StartAt.earliest()).subscribe(collector);
    append(0, 1000);
    // then
    collector.awaitCount(1000);
    assertThat(collector.texts()).isEqualTo(texts(0, 1000));
  }

  @Test
  void shouldNotDelayOthersForASubscriberThatBlocksOrThrows() {
    // given
    cluster = TestCluster.started(1);
    CountDownLatch gate = new CountDownLatch(1);
    List<Collector> blocked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      blocked.add(new Blocked(gate));
    }
    Collector throwing =
        new Collector() {
          @Override
          public void onNext(LogRecord record) {
            super.onNext(record);
            throw new IllegalStateException("thrown by a subscriber");
          }
        };
    blocked.forEach(log("n1").subscribe(StartAt.earliest())::subscribe);
    log("n1").subscribe(StartAt.earliest()).subscribe(throwing);
    Collector other = subscribed("n1", StartAt.earliest());
    // when
    append(0, 500);
    // then
    other.awaitCount(500);
    throwing.awaitCount(1);
    blocked.forEach(collector -> assertThat(collector.count()).isZero());
    gate.countDown();
    blocked.forEach(collector -> collector.awaitCount(500));
    assertThat(throwing.count()).isEqualTo(1);
  }

  private static final class Blocked extends Collector {
    private final CountDownLatch gate;

    /** Zero as soon as it is being called. */
    final CountDownLatch called = new CountDownLatch(1);

    Blocked(CountDownLatch gate) {
      this.gate = gate;
    }

    @Override
    public void onNext(LogRecord record) {
      called.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts a subscriber", e);
      }
      super.onNext(record);
    }
  }

  @Test
  void shouldGiveTheWaitingReadBackWhenCancelled() {
    // given
    cluster = TestCluster.started(1, TestCluster.fast().maxWaitingReads(1).build());
    ReadOptions patient = ReadOptions.DEFAULT.withWaitFor(SOON);
    Collector idle = subscribed("n1", StartAt.earliest());
    await()
        .atMost(SOON)
        .until(
            () -> {
              CompletableFuture<ReadResult> another = log("n1").read(0, patient);
              boolean refused = another.isCompletedExceptionally();
              another.cancel(false);
              return refused;
            });
    // when
    idle.subscription.cancel();
    // then: as soon as whoever was about to call the subscriber has seen that it is over
    List<CompletableFuture<ReadResult>> others = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              CompletableFuture<ReadResult> another = log("n1").read(0, patient);
              others.add(another);
              return !another.isCompletedExceptionally();
            });
    append(0, 1);
    assertThat(get(others.get(others.size() - 1)).records()).hasSize(1);
    assertThat(idle.errors()).isEmpty();
  }

  @Test
  void shouldWaitWhenTooManyReadsWaitAndThenGoOn() {
    // given
    cluster = TestCluster.started(1, TestCluster.fast().maxWaitingReads(1).build());
    CompletableFuture<ReadResult> first =
        log("n1").read(0, ReadOptions.DEFAULT.withWaitFor(SOON.multipliedBy(2)));
    Collector collector = subscribed("n1", StartAt.earliest());
    // when
    append(0, 3);
    // then
    collector.awaitCount(3);
    assertThat(get(first).records()).isNotEmpty();
  }

  @Test
  void shouldFailWhenTheStartIsBeyondTheEnd() {
    cluster = TestCluster.started(3);
    append(0, 5);
    for (String id : cluster.members()) {
      OffsetOutOfRangeException beyond =
          subscribed(id, StartAt.offset(6)).awaitError(OffsetOutOfRangeException.class);
      assertThat(beyond.requestedOffset()).isEqualTo(6);
      assertThat(beyond.endOffset()).isEqualTo(5);
    }
  }

  @Test
  void shouldWaitForANodeThatHasNotYetSeenTheStart() {
    // given: somebody read up to 5 elsewhere, and goes on where it is not known
    cluster = TestCluster.started(3);
    String behind = cluster.other(cluster.awaitLeader());
    cluster.awaitLevel();
    cluster.network.isolate(behind);
    String writer = cluster.other(behind);
    for (int i = 0; i < 5; i++) {
      get(log(writer).append("p", i, bytes("" + i)));
    }
    // when
    Collector collector = subscribed(behind, StartAt.offset(5));
    get(log(writer).append("p", 5, bytes("5")));
    cluster.network.heal();
    // then
    collector.awaitCount(1);
    assertThat(collector.texts()).isEqualTo(texts(5, 6));
  }

  @Test
  @Timeout(60)
  void shouldEndEverySubscriptionOnceWhenTheNodeIsClosed() throws InterruptedException {
    // given: one that waits for records, for demand, and one that is busy
    cluster = TestCluster.started(1);
    append(0, 3);
    CountDownLatch gate = new CountDownLatch(1);
    Blocked busy = new Blocked(gate);
    Collector undemanding = new Collector(0);
    Collector idle = subscribed("n1", StartAt.earliest());
    log("n1").subscribe(StartAt.earliest()).subscribe(busy);
    log("n1").subscribe(StartAt.earliest()).subscribe(undemanding);
    idle.awaitCount(3);
    busy.called.await();
    RaftLog log = log("n1");
    // when
    cluster.stop("n1");
    // then
    idle.awaitError(NodeClosedException.class);
    undemanding.awaitError(NodeClosedException.class);
    assertThat(busy.errors()).isEmpty();
    gate.countDown();
    busy.awaitError(NodeClosedException.class);
    // and: a later one
    Collector late = new Collector();
    log.subscribe(StartAt.latest()).subscribe(late);
    late.awaitError(NodeClosedException.class);
    failure(log.read(0), NodeClosedException.class);
  }

  @Test
  void shouldEndASubscriptionWhenTheDiskFails() {
    // given
    cluster = TestCluster.started(1);
    Collector idle = subscribed("n1", StartAt.earliest());
    append(0, 1);
    idle.awaitCount(1);
    // when
    cluster.stored("n1").failWrites(() -> new StorageException("broken", null));
    failure(log("n1").append("p", 1, bytes("1")), LogFailedException.class);
    // then
    idle.awaitError(LogFailedException.class);
  }
}
