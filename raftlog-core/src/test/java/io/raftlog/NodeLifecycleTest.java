package io.raftlog;

import static io.raftlog.TestCluster.LOG;
import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static io.raftlog.TestCluster.repeated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.memory.MemoryStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starting and closing nodes, in good order and in the middle of everything. */
class NodeLifecycleTest {

  /** A read that waits, so that what follows it runs where the node completes futures. */
  private static final ReadOptions PATIENT = ReadOptions.DEFAULT.withWaitFor(SOON.multipliedBy(3));

  private final TestCluster cluster = TestCluster.of(3, TestCluster.FAST);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldNameEveryFaultOfADescriptionAtOnceWithBothValuesOfAClash() {
    RaftLogNode.Builder builder =
        RaftLogNode.builder("n9")
            .member("n1", "host:1")
            .member("n1", "host:2")
            .member("n2", "host:1")
            .cluster("half a character: \ud800")
            .log("no spaces")
            .log("twice")
            .log("twice");
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cluster(...)")
        .hasMessageContaining("\"n1\" is given twice: host:1 and host:2")
        .hasMessageContaining("members n1 and n2 have the same address host:1")
        .hasMessageContaining("\"n9\" is not among the members [n1, n2]")
        .hasMessageContaining("\"no spaces\"")
        .hasMessageContaining("\"twice\" is given twice")
        .hasMessageContaining("transport(...) is missing")
        .hasMessageContaining("storage(...) is missing");
  }

  @Test
  void shouldTellWhatALogThatIsNotFormedWaitsFor() {
    LogOptions impatient = TestCluster.fast().appendTimeout(Duration.ofSeconds(1)).build();
    try (TestCluster cluster = TestCluster.of(3, impatient)) {
      // given: one of three was not started yet
      cluster.start("n1");
      cluster.start("n2");
      // when, then
      assertThat(failure(cluster.log("n1").append("p", 0, bytes("0")), NoLeaderException.class))
          .hasMessageContainingAll("has not been formed", "n1, n2, n3");
      assertThat(cluster.log("n1").status().formed()).isFalse();
      // when, then
      cluster.start("n3");
      cluster.awaitLeader();
      assertThat(repeated(() -> cluster.log("n1").append("p", 0, bytes("0"))).offset()).isZero();
      assertThat(cluster.log("n1").status().formed()).isTrue();
    }
  }

  @Test
  void shouldRefuseMoreMembersThanCanVote() {
    RaftLogNode.Builder builder = RaftLogNode.builder("n1").cluster("c").log("l");
    for (int i = 1; i <= 32; i++) {
      builder.member("n" + i, "host:" + i);
    }
    assertThatThrownBy(builder::start).hasMessageContaining("32 members, at most 31");
  }

  @Test
  void shouldRefuseOptionsThatDoNotFitTogetherHoweverLargeTheyAre() {
    LogOptions.Builder builder =
        LogOptions.builder()
            .maxPayloadBytes(Integer.MAX_VALUE)
            .electionTimeout(Duration.ofSeconds(Long.MAX_VALUE))
            .appendTimeout(Duration.ofDays(40_000))
            .heartbeatInterval(Duration.ofSeconds(Long.MIN_VALUE));
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxBatchBytes")
        .hasMessageContaining("election timeout PT")
        .hasMessageContaining("append timeout PT")
        .hasMessageContaining("heartbeat interval");
  }

  /** Seen: from 2^61 on four times as much was negative, and no append was taken. */
  @Test
  void shouldWorkWithTheMostBytesInFlightAndRefuseMore() {
    long most = 1L << 40;
    LogOptions.Builder builder = TestCluster.fast().maxInFlightBytes(most);
    try (TestCluster single = TestCluster.started(1, builder.build())) {
      Producer producer = get(single.log("n1").producer("p"));
      for (int i = 0; i < 10; i++) {
        assertAppended(i, get(producer.append(bytes("" + i))));
      }
    }
    for (long tooMuch : List.of(most + 1, 1L << 61, Long.MAX_VALUE)) {
      assertThatThrownBy(builder.maxInFlightBytes(tooMuch)::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("maxInFlightBytes " + tooMuch)
          .hasMessageContaining("" + most);
    }
  }

  @Test
  void shouldHaveReleasedEverythingWhenAnyCloseReturns() throws Exception {
    for (int i = 0; i < 20; i++) {
      RaftLogNode node = cluster.start("n1");
      Thread other = new Thread(node::close, "test-other-closer");
      other.start();
      node.close();
      // then: it can be opened again at once
      cluster.start("n1");
      cluster.stop("n1");
      other.join();
    }
  }

  @Test
  void shouldRefuseALogThatWasNotConfigured() {
    cluster.start("n1");
    assertThatThrownBy(() -> cluster.node("n1").log("other"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("log \"other\" is not configured on node n1");
  }

  @Test
  void shouldHandLeadershipOverBeforeItCloses() {
    // given
    Duration electionTimeout = Duration.ofSeconds(5);
    LogOptions patient = TestCluster.fast().electionTimeout(electionTimeout).build();
    try (TestCluster calm = TestCluster.of(3, patient)) {
      calm.startAll();
      String leader = calm.awaitLeader();
      // when
      long start = System.nanoTime();
      calm.stop(leader);
      calm.awaitLeader();
      // then: before an election was due
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(electionTimeout);
      assertAppended(0, get(calm.log(calm.other(leader)).append("p", 0, bytes("x"))));
    }
  }

  @Test
  void shouldGoOnWhenTheFirstLeaderIsKilledAsSoonAsItIsKnown() {
    for (int round = 0; round < 10; round++) {
      try (TestCluster fresh = TestCluster.of(3, TestCluster.FAST)) {
        // given
        fresh.startAll();
        AtomicReference<String> leader = new AtomicReference<>();
        await()
            .atMost(SOON)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(
                () -> {
                  fresh.members().stream()
                      .flatMap(id -> fresh.log(id).status().leader().stream())
                      .forEach(id -> leader.set(id.value()));
                  return leader.get() != null;
                });
        // when
        fresh.kill(leader.get());
        // then
        RaftLog survivor = fresh.log(fresh.other(leader.get()));
        assertAppended(0, get(survivor.append("p", 0, bytes("x"))));
      }
    }
  }

  @Test
  void shouldGiveEveryPendingFutureOneOutcomeWhenClosed() {
    // given: nobody to commit what is appended
    cluster.startAll();
    String leader = cluster.awaitLeader();
    cluster.others(leader).forEach(id -> cluster.network.isolate(id));
    AtomicInteger outcomes = new AtomicInteger();
    List<CompletableFuture<?>> futures = new ArrayList<>();
    ReadOptions linearizable = ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE);
    for (int i = 0; i < 1000; i++) {
      futures.add(cluster.log(leader).append("p" + i % 7, i / 7, bytes("" + i)));
      futures.add(cluster.log(leader).read(0, linearizable));
    }
    for (CompletableFuture<?> future : futures) {
      var unused = future.whenComplete((value, thrown) -> outcomes.incrementAndGet());
    }
    RaftLog log = cluster.log(leader);
    // when
    cluster.stop(leader);
    // then
    futures.forEach(future -> failure(future, RaftLogException.class));
    await().atMost(SOON).until(() -> outcomes.get() == 2000);
    // and: later calls
    assertThat(failure(log.append("p", 0, bytes("x")), NodeClosedException.class).fate())
        .isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    failure(log.read(0), NodeClosedException.class);
    failure(log.read(0, linearizable), NodeClosedException.class);
    assertThat(log.status().role()).isEqualTo(LogStatus.Role.CLOSED);
  }

  /** Seen: close returned while they waited for the one before them to be told. */
  @Test
  void shouldHaveToldEverybodyWhenItIsClosedThoughACallbackIsSlow() {
    // given: nobody to commit what is appended, and a callback that takes its time
    cluster.startAll();
    String leader = cluster.awaitLeader();
    cluster.others(leader).forEach(id -> cluster.network.isolate(id));
    List<CompletableFuture<?>> futures = new ArrayList<>();
    CountDownLatch gate = new CountDownLatch(1);
    futures.add(cluster.log(leader).append("p", 0, bytes("0")));
    var unused = futures.get(0).whenComplete((value, thrown) -> awaitGate(gate));
    for (int i = 1; i < 100; i++) {
      futures.add(cluster.log(leader).append("p", i, bytes("" + i)));
    }
    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(gate::countDown);
    // when
    cluster.stop(leader);
    // then
    assertThat(futures).allMatch(CompletableFuture::isDone);
  }

  /**
   * Seen: reads that waited for a thread went on after close, found the executor shut down, and
   * completed elsewhere.
   */
  @Test
  void shouldHaveEndedReadsOfTheStorageWhenClosed() {
    // given
    LogOptions noCache = TestCluster.fast().cacheBytes(0).build();
    try (TestCluster single = TestCluster.started(1, noCache)) {
      for (int i = 0; i < 100; i++) {
        get(single.log("n1").append("p", i, new byte[100_000]));
      }
      Queue<String> threads = new ConcurrentLinkedQueue<>();
      List<CompletableFuture<?>> reads = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        reads.add(
            single
                .log("n1")
                .read(i % 100)
                .handle((read, thrown) -> threads.add(Thread.currentThread().getName())));
      }
      // when
      single.stop("n1");
      // then
      assertThat(reads).allMatch(CompletableFuture::isDone);
      assertThat(threads).allMatch(name -> !name.contains("Pool") && !name.startsWith("Thread-"));
    }
  }

  @Test
  @Timeout(60)
  void shouldCloseTwiceAndFromSeveralThreadsAndWhenInterrupted() throws Exception {
    // given
    cluster.startAll();
    cluster.awaitLeader();
    RaftLogNode node = cluster.node("n1");
    // when
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                node.close();
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    node.close();
    cluster.stop("n1");
    // then
    cluster.start("n1");
    cluster.awaitLeader();
  }

  @Test
  void shouldCloseWhenCalledByACallback() {
    // given
    cluster.startAll();
    RaftLogNode node = cluster.node("n2");
    // when
    CompletableFuture<Void> closed = cluster.log("n2").read(0, PATIENT).thenRun(node::close);
    assertAppended(0, get(cluster.log("n1").append("p", 0, bytes("x"))));
    // then
    get(closed);
    assertThat(node.log(LOG).status().role()).isEqualTo(LogStatus.Role.CLOSED);
  }

  @Test
  void shouldGoOnWhenCallbacksThrow() {
    // given
    cluster.startAll();
    RaftLog log = cluster.log("n1");
    // when
    for (int i = 0; i < 50; i++) {
      var unused =
          log.append("p", i, bytes("" + i))
              .thenAccept(
                  result -> {
                    throw new IllegalStateException("thrown by a user's callback");
                  });
    }
    // then
    assertAppended(50, get(log.append("p", 50, bytes("50"))));
  }

  @Test
  void shouldServeTheLogWhileACallbackBlocks() {
    // given
    cluster.startAll();
    CountDownLatch gate = new CountDownLatch(1);
    var unused = cluster.log("n1").read(0, PATIENT).thenRun(() -> awaitGate(gate));
    assertAppended(0, get(cluster.log("n2").append("p", 0, bytes("0"))));
    // when, then: others are not held up, and the blocked node goes on replicating
    for (int i = 1; i < 20; i++) {
      assertThat(get(cluster.log("n2").append("p", i, bytes("" + i))).offset()).isEqualTo(i);
    }
    await().atMost(SOON).until(() -> cluster.log("n1").status().endOffset() == 20);
    gate.countDown();
  }

  @Test
  void shouldCompleteFuturesThoughTheGivenExecutorRefusesOrThrows() {
    // given
    ExecutorService executor = Executors.newSingleThreadExecutor();
    cluster.put(
        "n1", cluster.builder("n1").log(LOG, TestCluster.FAST).callbackExecutor(executor).start());
    cluster.put(
        "n2",
        cluster
            .builder("n2")
            .log(LOG, TestCluster.FAST)
            .callbackExecutor(
                task -> {
                  throw new IllegalStateException("thrown by a user's executor");
                })
            .start());
    cluster.startAll();
    get(cluster.log("n1").append("p", 0, bytes("0")));
    // when
    executor.shutdown();
    // then
    assertAppended(1, get(cluster.log("n1").append("p", 1, bytes("1"))));
    assertAppended(2, get(cluster.log("n2").append("p", 2, bytes("2"))));
  }

  @Test
  void shouldLeaveNothingBehindWhenItCannotStart() {
    // given
    cluster.start("n1");
    Set<Thread> before = threadsOf("n1");
    // when
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> cluster.builder("n1").log(LOG, TestCluster.FAST).start())
          .isInstanceOfSatisfying(
              NodeStartException.class,
              e -> assertThat(e.reason()).isEqualTo(NodeStartException.Reason.DIRECTORY_LOCKED));
    }
    // then
    await().atMost(SOON).until(() -> before.containsAll(threadsOf("n1")));
    cluster.start("n2");
    cluster.start("n3");
    assertAppended(0, get(cluster.log("n1").append("p", 0, bytes("x"))));
  }

  /** Seen: the second one closed what it could not open, and with it what the first one used. */
  @Test
  void shouldLeaveANodeItsStorageAndTransportWhenAnotherIsGivenThemToo() {
    // given
    NodeStorage storage = new MemoryStorage();
    Transport transport = cluster.network.transport();
    cluster.put("n1", shared(storage, transport).start());
    // when
    assertThatThrownBy(shared(storage, cluster.network.transport())::start)
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(shared(new MemoryStorage(), transport)::start)
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(shared(storage, transport)::start).isInstanceOf(RuntimeException.class);
    // then
    cluster.startAll();
    assertAppended(0, get(cluster.log("n1").append("p", 0, bytes("x"))));
    await().atMost(SOON).until(() -> cluster.log("n2").status().endOffset() == 1);
    cluster.stop("n2");
    assertAppended(1, get(cluster.log("n1").append("p", 1, bytes("y"))));
  }

  private RaftLogNode.Builder shared(NodeStorage storage, Transport transport) {
    return cluster.builder("n1").storage(storage).transport(transport).log(LOG, TestCluster.FAST);
  }

  @Test
  void shouldLeaveNoThreadsWhenStartedAndClosedOften() {
    for (int i = 0; i < 20; i++) {
      cluster.startAll();
      if (i % 5 == 0) {
        get(cluster.log("n1").append("p", i / 5, bytes("x")));
      }
      cluster.members().forEach(cluster::stop);
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> cluster.members().forEach(id -> assertThat(threadsOf(id)).isEmpty()));
  }

  @Test
  void shouldServeASingleNodeWithoutWaiting() {
    // given: heartbeats so rare that it takes minutes if appends wait for them
    LogOptions rareHeartbeats =
        TestCluster.fast()
            .heartbeatInterval(Duration.ofSeconds(1))
            .electionTimeout(Duration.ofSeconds(3))
            .build();
    try (TestCluster single = TestCluster.started(1, rareHeartbeats)) {
      // when
      long start = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        assertAppended(i, get(single.log("n1").append("p", i, bytes("" + i))));
      }
      // then: no append waits for a heartbeat, of which 200 take 200 seconds
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(100));
    }
  }

  private static void awaitGate(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Set<Thread> threadsOf(String id) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("raftlog-" + id))
        .collect(Collectors.toSet());
  }
}
