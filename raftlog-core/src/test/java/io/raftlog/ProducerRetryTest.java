package io.raftlog;

import static io.raftlog.TestCluster.LOG;
import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static io.raftlog.TestCluster.repeated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.spi.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A producer whose appends time out and find no room when they are to be sent again. */
class ProducerRetryTest {
  private static final int MAX_APPENDS = 100;
  private static final LogOptions TIGHT =
      TestCluster.calm()
          .appendTimeout(Duration.ofMillis(400))
          .maxInFlightAppends(MAX_APPENDS)
          .build();

  private final TestCluster cluster = TestCluster.of(3, TIGHT);
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final AtomicInteger tasks = new AtomicInteger();
  private final List<CompletableFuture<AppendResult>> appends = new ArrayList<>();

  @AfterEach
  void close() {
    cluster.close();
    executor.shutdown();
  }

  private void count(Runnable task) {
    tasks.incrementAndGet();
    executor.execute(task);
  }

  /**
   * A producer with more appends than there is room for: when they time out, new ones take the room
   * of some that are to be sent again.
   */
  private Producer crowded(String home) {
    Producer producer = repeated(() -> cluster.log(home).producer("p"));
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    long end = System.nanoTime() + SOON.toNanos();
    while (appends.size() < 2 * MAX_APPENDS && System.nanoTime() - end < 0) {
      CompletableFuture<AppendResult> append = producer.append(bytes("x"));
      if (!append.isCompletedExceptionally()) {
        appends.add(append);
      }
    }
    assertThat(appends).hasSize(2 * MAX_APPENDS).noneMatch(CompletableFuture::isDone);
    return producer;
  }

  /** Seen: each refusal scheduled one more retry, which was refused and scheduled another. */
  @Test
  void shouldHaveOneRetryAtATimeHoweverManyAppendsWait() {
    // given
    for (String id : cluster.members()) {
      cluster.put(id, cluster.builder(id).log(LOG, TIGHT).callbackExecutor(this::count).start());
    }
    String home = cluster.awaitLeader();
    Producer unused = crowded(home);
    // when
    long begin = System.nanoTime();
    int before = tasks.get();
    await().pollDelay(Duration.ofSeconds(2)).atMost(SOON).until(() -> true);
    double count = tasks.get() - before;
    double seconds = (System.nanoTime() - begin) / 1e9;
    // then: 20 retries a second, and the outcomes of 100 appends every 400 ms, which come together
    assertThat(count / seconds).isLessThan(500);
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    appends.forEach(TestCluster::get);
  }

  /** Seen: they failed on the thread that closed the producer. */
  @Test
  void shouldEndWhatWaitsWhereFuturesComplete() {
    // given
    cluster.startAll();
    String home = cluster.awaitLeader();
    Producer producer = crowded(home);
    Queue<String> threads = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<?>> told = new ArrayList<>();
    for (CompletableFuture<AppendResult> append : appends) {
      told.add(append.handle((result, thrown) -> threads.add(Thread.currentThread().getName())));
    }
    // when
    producer.close();
    cluster.others(home).forEach(id -> cluster.stored(id).resume());
    // then
    told.forEach(TestCluster::get);
    assertThat(threads).allMatch(name -> name.startsWith("raftlog-" + home + "-callbacks"));
  }

  /** Seen: they failed up to 50 ms after close had returned. */
  @Test
  void shouldHaveEndedWhatWaitsWhenTheNodeIsClosed() {
    // given
    cluster.startAll();
    String home = cluster.awaitLeader();
    Producer unused = crowded(home);
    // when
    cluster.stop(home);
    // then
    assertThat(appends).allMatch(CompletableFuture::isDone);
    for (CompletableFuture<AppendResult> append : appends) {
      failure(append, RaftLogException.class);
    }
  }

  /**
   * Seen: it was told of the other one's SequenceReusedException, which says that it is not in the
   * log, although it was.
   */
  @Test
  void shouldNotTellADoubtfulAppendThatAnothersSequenceWasReused() throws Exception {
    // given: a callback that blocks, so that both are called before either has an outcome
    cluster.startAll();
    String home = cluster.awaitLeader();
    RaftLog log = cluster.log(home);
    Producer producer = repeated(() -> log.producer("p"));
    Duration patience = SOON.multipliedBy(3);
    CountDownLatch gate = new CountDownLatch(1);
    CompletableFuture<Void> blocked =
        log.read(0, ReadOptions.DEFAULT.withWaitFor(patience)).thenAccept(read -> pass(gate));
    RaftLog elsewhere = cluster.log(cluster.other(home));
    repeated(() -> elsewhere.append("p", 0, bytes("not by the producer")));
    await().atMost(SOON).until(() -> log.status().endOffset() == 1);
    cluster.others(home).forEach(id -> cluster.stored(id).hang());
    // when
    CompletableFuture<AppendResult> reused = producer.append(bytes("0"));
    CompletableFuture<AppendResult> doubtful = producer.append(bytes("1"));
    gate.countDown();
    // then
    get(blocked);
    failure(reused, SequenceReusedException.class);
    failure(doubtful, AppendOutcomeUnknownException.class);
    failure(producer.append(bytes("2")), SequenceReusedException.class);
  }

  /** Seen: it was told what the one before it was told, which may be in the log. */
  @Test
  void shouldTellThatWhatWasNeverSentIsNotInTheLog() {
    // given
    cluster.startAll();
    String home = cluster.awaitLeader();
    Producer producer = repeated(() -> cluster.log(home).producer("p"));
    cluster.stored(home).failWrites(() -> new StorageException("No space left on device", null));
    // when
    CompletableFuture<AppendResult> sent = producer.append(bytes("0"));
    // then
    assertThat(failure(sent, LogFailedException.class).fate())
        .isEqualTo(RaftLogException.Fate.UNKNOWN);
    assertThat(failure(producer.append(bytes("1")), LogFailedException.class).fate())
        .isEqualTo(RaftLogException.Fate.NOT_APPENDED);
  }

  private static void pass(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts", e);
    }
  }
}
