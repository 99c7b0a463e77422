package io.raftlog;

import static io.raftlog.TestCluster.LOG;
import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers may rely on who wait. */
@Timeout(120)
class BlockingContractTest {
  private static final ReadOptions PATIENT = ReadOptions.DEFAULT.withWaitFor(SOON.multipliedBy(3));

  private TestCluster cluster;

  @AfterEach
  void close() {
    cluster.close();
  }

  private BlockingRaftLog log(String id) {
    return cluster.log(id).blocking();
  }

  /** Something that may be interrupted. */
  private interface Call {
    Object run() throws InterruptedException;
  }

  /** A call on a thread of its own. */
  private static final class Caller {
    final CompletableFuture<Object> outcome = new CompletableFuture<>();
    private final Thread thread;

    Caller(Call call) {
      thread =
          new Thread(
              () -> {
                try {
                  outcome.complete(call.run());
                } catch (InterruptedException | RuntimeException e) {
                  outcome.completeExceptionally(e);
                }
              },
              "test-caller");
      thread.start();
    }

    /** Until it waits for an outcome: it may also wait for a lock, or for a class, before. */
    void awaitWaiting() {
      await()
          .atMost(SOON)
          .until(
              () ->
                  thread.getState() == Thread.State.WAITING
                      && Stream.of(thread.getStackTrace())
                          .anyMatch(
                              frame ->
                                  frame.getClassName().equals(CompletableFuture.class.getName())
                                      && frame.getMethodName().equals("get")));
    }

    /** What it throws when it is interrupted while it waits. */
    Throwable interrupted() {
      awaitWaiting();
      thread.interrupt();
      return thrownBy(outcome);
    }
  }

  private static Throwable thrownBy(CompletableFuture<?> future) {
    return get(future.<Throwable>handle((value, thrown) -> thrown));
  }

  @Test
  void shouldReturnWhatTheFuturesCompleteWith() throws Exception {
    // given
    cluster = TestCluster.started(3);
    BlockingRaftLog log = log("n2");
    Message message = Message.of(bytes("3")).withKey(bytes("key"));
    // when, then
    assertAppended(0, log.append("p", 0, bytes("0")));
    assertAppended(1, log.append("p", 1, List.of(bytes("1"), bytes("2"))));
    assertAppended(3, log.append("p", 3, message));
    assertAppended(4, log.appendMessages("p", 4, List.of(message)));
    assertThat(log.append("p", 4, message).outcome()).isEqualTo(AppendResult.Outcome.DUPLICATE);
    try (BlockingProducer producer = log.producer("handle")) {
      assertThat(producer.id()).isEqualTo("handle");
      assertAppended(5, producer.append(bytes("5")));
      assertAppended(6, producer.append(List.of(bytes("6"), bytes("7"))));
      assertAppended(8, producer.append(message));
      assertAppended(9, producer.appendMessages(List.of(message)));
      assertThat(producer.lastSequence()).isEqualTo(4);
      assertThat(producer.lastOffset()).isEqualTo(9);
    }
    assertThat(log.read(0).records()).hasSize(10);
    assertThat(log.read(3, 2).records()).extracting(LogRecord::offset).containsExactly(3L, 4L);
    assertThat(log.read(9, PATIENT).records()).hasSize(1);
    assertThat(log.offsetAt(Instant.EPOCH)).isZero();
  }

  @Test
  void shouldThrowWhatTheFutureFailsWithAndShowTheCaller() throws Exception {
    // given
    cluster = TestCluster.started(1);
    log("n1").append("p", 0, bytes("0"));
    // when
    SequenceGapException gap =
        catchThrowableOfType(
            SequenceGapException.class, () -> log("n1").append("p", 7, bytes("x")));
    // then
    assertThat(gap.expectedSequence()).isEqualTo(1);
    assertThat(gap.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(BlockingContractTest.class.getName()));
    assertThatThrownBy(() -> log("n1").read(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNotUndoAnAppendThatIsInterrupted() throws Exception {
    // given: nobody to commit it
    cluster = TestCluster.started(3);
    String leader = cluster.awaitLeader();
    cluster.others(leader).forEach(cluster.network::isolate);
    // when
    Throwable thrown = new Caller(() -> log(leader).append("p", 0, bytes("0"))).interrupted();
    // then: the same sequence tells
    assertThat(thrown).isInstanceOf(InterruptedException.class);
    cluster.network.heal();
    await().atMost(SOON).until(() -> !cluster.log(leader).read(0).join().records().isEmpty());
    AppendResult again = log(leader).append("p", 0, bytes("0"));
    assertThat(again.outcome()).isEqualTo(AppendResult.Outcome.DUPLICATE);
    assertThat(again.offset()).isZero();
  }

  @Test
  void shouldGoOnWithAProducersAppendThatIsInterrupted() throws Exception {
    // given
    cluster = TestCluster.started(3);
    String leader = cluster.awaitLeader();
    BlockingProducer producer = log(leader).producer("p");
    cluster.others(leader).forEach(cluster.network::isolate);
    // when
    Throwable thrown = new Caller(() -> producer.append(bytes("0"))).interrupted();
    cluster.network.heal();
    // then: the next one is appended behind it
    assertThat(thrown).isInstanceOf(InterruptedException.class);
    assertAppended(1, producer.append(bytes("1")));
    assertThat(producer.lastSequence()).isEqualTo(1);
  }

  /** Seen: nothing was appended, and the promise that it goes on was broken. */
  @Test
  void shouldGoOnWithAProducersAppendThoughItsThreadWasInterruptedBefore() throws Exception {
    // given
    cluster = TestCluster.started(1);
    BlockingProducer producer = log("n1").producer("p");
    cluster.stored("n1").hang();
    // when
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> producer.append(bytes("0"))).isInstanceOf(InterruptedException.class);
    // then: the next one is appended behind it
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    cluster.stored("n1").resume();
    assertAppended(1, producer.append(bytes("1")));
    assertThat(producer.lastSequence()).isEqualTo(1);
  }

  @Test
  void shouldNotWaitAnyLongerWhenAReadIsInterrupted() throws Exception {
    // given
    cluster = TestCluster.started(1, TestCluster.fast().maxWaitingReads(1).build());
    // when
    Throwable thrown = new Caller(() -> log("n1").read(0, PATIENT)).interrupted();
    // then: another may wait
    assertThat(thrown).isInstanceOf(InterruptedException.class);
    Caller another = new Caller(() -> log("n1").read(0, PATIENT).records().size());
    log("n1").append("p", 0, bytes("0"));
    assertThat(get(another.outcome)).isEqualTo(1);
  }

  @Test
  void shouldDoNothingWhenInterruptedBefore() {
    // given
    cluster = TestCluster.started(1);
    // when
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> log("n1").append("p", 0, bytes("0")))
        .isInstanceOf(InterruptedException.class);
    // then
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertAppended(0, get(cluster.log("n1").append("q", 0, bytes("0"))));
  }

  @Test
  void shouldRefuseToWaitWhereFuturesComplete() {
    // given
    cluster = TestCluster.started(1);
    RaftLog log = cluster.log("n1");
    // when: futures complete on a thread of the node's, or on the loop itself
    assertRefused(log);
    try (TestCluster direct = TestCluster.of(1, TestCluster.FAST)) {
      direct.put("n1", direct.builder("n1").log(LOG).callbackExecutor(Runnable::run).start());
      direct.awaitLeader();
      assertRefused(direct.log("n1"));
    }
  }

  private static void assertRefused(RaftLog log) {
    // A read that waits: an append could be done before thenApply is called, which then runs here.
    CompletableFuture<?> waiting =
        log.read(0, PATIENT)
            .thenApply(
                read -> {
                  try {
                    return log.blocking().append("p", 1, bytes("1"));
                  } catch (InterruptedException e) {
                    throw new AssertionError("nobody interrupts", e);
                  }
                });
    assertAppended(0, get(log.append("p", 0, bytes("0"))));
    assertThat(thrownBy(waiting))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing was done")
        .hasMessageContaining("raftlog-n1");
    assertAppended(1, get(log.append("other", 0, bytes("x"))));
  }

  @Test
  void shouldWaitInASubscriber() {
    // given
    cluster = TestCluster.started(1);
    RaftLog log = cluster.log("n1");
    Collector copying =
        new Collector() {
          @Override
          public void onNext(LogRecord record) {
            try {
              if (record.producerId().equals("p")) {
                log.blocking().append("copy", record.sequence(), record.payloadBytes());
              }
              super.onNext(record);
            } catch (InterruptedException e) {
              throw new AssertionError("nobody interrupts", e);
            }
          }
        };
    log.subscribe(StartAt.earliest()).subscribe(copying);
    // when
    for (int i = 0; i < 20; i++) {
      get(log.append("p", i, bytes("" + i)));
    }
    // then
    copying.awaitCount(40);
  }

  @Test
  void shouldThrowWhenTheNodeIsClosedMeanwhile() {
    // given
    cluster = TestCluster.started(1);
    BlockingRaftLog log = log("n1");
    Caller reader = new Caller(() -> log.read(0, PATIENT));
    reader.awaitWaiting();
    // when
    cluster.stop("n1");
    // then
    assertThat(thrownBy(reader.outcome)).isInstanceOf(NodeClosedException.class);
    assertThatThrownBy(() -> log.append("p", 0, bytes("0")))
        .isInstanceOf(NodeClosedException.class);
  }
}
