package io.raftlog;

import static io.raftlog.TestCluster.LOG;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Futures complete on an executor of the application's, whose callbacks may wait. */
class CallbackExecutorContractTest {
  private static final ReadOptions PATIENT =
      ReadOptions.DEFAULT.withWaitFor(Duration.ofSeconds(60));

  private final TestCluster cluster = TestCluster.of(1, TestCluster.CALM);
  private ExecutorService callbacks;

  @AfterEach
  void close() {
    cluster.close();
    callbacks.shutdownNow();
  }

  private RaftLog logWith(ExecutorService executor) {
    callbacks = executor;
    cluster.put(
        "n1", cluster.builder("n1").log(LOG, TestCluster.CALM).callbackExecutor(callbacks).start());
    cluster.awaitLeader();
    return cluster.log("n1");
  }

  /** Seen: the outcomes of one round of the loop were one task, and the first waited for itself. */
  @Test
  void shouldTellOfAnAppendThatAnotherOnesCallbackWaitsFor() {
    // given: both get their outcome at the same time
    RaftLog log = logWith(Executors.newCachedThreadPool());
    cluster.stored("n1").hang();
    CompletableFuture<AppendResult> first = log.append("p", 0, bytes("0"));
    CompletableFuture<AppendResult> second = log.append("p", 1, bytes("1"));
    CompletableFuture<AppendResult> both = first.thenApply(result -> second.join());
    // when
    cluster.stored("n1").resume();
    // then
    assertThat(get(both).offset()).isEqualTo(1);
  }

  @Test
  void shouldTellOfAReadThatAnotherOnesCallbackWaitsFor() {
    // given: both wait for the same record
    RaftLog log = logWith(Executors.newCachedThreadPool());
    CompletableFuture<ReadResult> first = log.read(0, PATIENT);
    CompletableFuture<ReadResult> second = log.read(0, PATIENT);
    CompletableFuture<ReadResult> firstForSecond = first.thenApply(result -> second.join());
    CompletableFuture<ReadResult> third = log.read(0, PATIENT);
    // when
    get(log.append("p", 0, bytes("0")));
    // then
    assertThat(get(firstForSecond).records()).hasSize(1);
    assertThat(get(third).records()).hasSize(1);
  }

  /** Seen: the next commit was sent only when the callbacks of the one before it were done. */
  @Test
  void shouldTellOfACommitThatAnotherOnesCallbackWaitsFor() {
    // given
    RaftLog log = logWith(Executors.newCachedThreadPool());
    get(log.append("p", 0, List.of(bytes("0"), bytes("1"), bytes("2"))));
    Subscription subscription = get(log.subscription("s"));
    cluster.stored("n1").hang();
    CompletableFuture<Void> first = subscription.commit(1);
    CompletableFuture<Void> second = subscription.commit(2);
    CompletableFuture<Void> third = subscription.commit(3);
    CompletableFuture<Void> all = first.thenRun(second::join);
    CompletableFuture<Void> ofOneWave = second.thenRun(third::join);
    // when
    cluster.stored("n1").resume();
    // then
    get(all);
    get(ofOneWave);
    assertThat(subscription.position()).isEqualTo(3);
  }

  /** Seen: two reads that waited for the same went behind one that waited for more. */
  @Test
  void shouldTellReadsInTheOrderOfWhatTheyWaitFor() {
    // given
    RaftLog log = logWith(Executors.newSingleThreadExecutor());
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Boolean>> reads = new ArrayList<>();
    for (int end : new int[] {2, 1, 1}) {
      reads.add(
          log.read(end - 1, PATIENT.withAtLeast(end)).thenApply(result -> told.add("to " + end)));
    }
    // when: one append brings both ends
    get(log.append("p", 0, List.of(bytes("0"), bytes("1"))));
    // then
    reads.forEach(TestCluster::get);
    assertThat(told).containsExactly("to 1", "to 1", "to 2");
  }

  @Test
  void shouldCompleteInOrderOnOneThread() {
    // given
    RaftLog log = logWith(Executors.newSingleThreadExecutor());
    List<Long> told = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Boolean>> appends = new ArrayList<>();
    // when
    for (int i = 0; i < 2_000; i++) {
      appends.add(log.append("p", i, bytes("" + i)).thenApply(result -> told.add(result.offset())));
    }
    appends.forEach(TestCluster::get);
    // then
    assertThat(told).containsExactlyElementsOf(LongStream.range(0, 2_000).boxed().toList());
  }
}
