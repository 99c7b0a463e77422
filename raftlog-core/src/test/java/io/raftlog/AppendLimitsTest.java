package io.raftlog;

import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.AppendResult.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much may be appended at once, and what is told to who wants more. */
class AppendLimitsTest {
  private static final int MAX_PAYLOAD = 1000;
  private static final int MAX_BATCH = 4096;
  private static final int MAX_BYTES = 10_000;
  private static final int MAX_APPENDS = 50;

  /** What an entry, a run and a record need beside their ids and payloads. */
  private static final int ENTRY_HEADER = 56;

  private static final int RUN_HEADER = 26;
  private static final int RECORD_HEADER = 9;

  private TestCluster cluster =
      TestCluster.started(
          1,
          TestCluster.fast()
              .maxPayloadBytes(MAX_PAYLOAD)
              .maxBatchBytes(MAX_BATCH)
              .maxInFlightBytes(MAX_BYTES)
              .maxInFlightAppends(MAX_APPENDS)
              .build());

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldTakePayloadsFromNothingToTheLimitAndRefuseMore() {
    assertThat(get(log().append("p", 0, new byte[0])).outcome()).isEqualTo(Outcome.APPENDED);
    assertThat(get(log().append("p", 1, new byte[MAX_PAYLOAD])).outcome())
        .isEqualTo(Outcome.APPENDED);
    assertThatThrownBy(() -> log().append("p", 2, new byte[MAX_PAYLOAD + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000")
        .hasMessageContaining("1001");
    List<LogRecord> records = get(log().read(0)).records();
    assertThat(records).extracting(r -> r.payload().remaining()).containsExactly(0, MAX_PAYLOAD);
    // and the refused one used no sequence
    assertAppended(2, get(log().append("p", 2, bytes("next"))));
  }

  @Test
  void shouldCountNothingButThePayloadOfAMessageWithoutKeyAndHeaders() {
    assertAppended(0, get(log().append("p", 0, Message.of(new byte[MAX_PAYLOAD]))));
    assertThatThrownBy(() -> log().append("p", 1, Message.of(new byte[MAX_PAYLOAD + 1])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSayWhichSequencesThereAre() {
    assertThatThrownBy(() -> log().append("p", Long.MAX_VALUE, bytes("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence must be from 0 to 2^63 - 2, is " + Long.MAX_VALUE);
    List<byte[]> two = List.of(bytes("x"), bytes("y"));
    assertThatThrownBy(() -> log().append("p", Long.MAX_VALUE - 1, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sequence must be from 0 to 2^63 - 2, is "
                + (Long.MAX_VALUE - 1)
                + " for the first of 2");
    failure(log().append("p", Long.MAX_VALUE - 1, bytes("x")), UnknownProducerException.class);
  }

  @Test
  void shouldTakeListsUpToTheBatchLimitAndRefuseMore() {
    // given: a list that fills a batch to the last byte
    int rest = MAX_BATCH - ENTRY_HEADER - RUN_HEADER - "p".length() - 4 * RECORD_HEADER - 3000;
    List<byte[]> fitting = List.of(new byte[1000], new byte[1000], new byte[1000], new byte[rest]);
    List<byte[]> tooLarge =
        List.of(new byte[1000], new byte[1000], new byte[1000], new byte[rest + 1]);
    // when, then
    assertThatThrownBy(() -> log().append("p", 0, tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + MAX_BATCH)
        .hasMessageContaining("" + (MAX_BATCH + 1));
    assertAppended(0, get(log().append("p", 0, fitting)));
    assertAppended(4, get(log().append("p", 4, bytes("next"))));
    // and a list of nothing but empty payloads has a limit too
    assertThatThrownBy(() -> log().append("q", 0, Collections.nCopies(MAX_BATCH / 9, new byte[0])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseAtOnceWhenTooManyAppendsAreInFlightAndRecover() {
    // given
    cluster.stored("n1").hang();
    List<CompletableFuture<AppendResult>> inFlight = new ArrayList<>();
    for (int i = 0; i < MAX_APPENDS; i++) {
      inFlight.add(log().append("p", i, bytes("x")));
    }
    // when
    CompletableFuture<AppendResult> refused = log().append("p", MAX_APPENDS, bytes("x"));
    // then
    assertThat(refused).isCompletedExceptionally();
    BackpressureException pressure = failure(refused, BackpressureException.class);
    assertThat(pressure.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    assertThat(pressure).hasMessageContaining("" + MAX_APPENDS);
    assertThat(inFlight).noneMatch(CompletableFuture::isDone);
    // and when the disk goes on everything is appended but what was refused
    cluster.stored("n1").resume();
    for (int i = 0; i < MAX_APPENDS; i++) {
      assertAppended(i, get(inFlight.get(i)));
    }
    assertAppended(MAX_APPENDS, get(log().append("p", MAX_APPENDS, bytes("x"))));
  }

  @Test
  void shouldRefuseAtOnceWhenTooManyBytesAreInFlightAndRecover() {
    // given
    cluster.stored("n1").hang();
    List<CompletableFuture<AppendResult>> inFlight = new ArrayList<>();
    CompletableFuture<AppendResult> last = log().append("p", 0, new byte[MAX_PAYLOAD]);
    while (!last.isCompletedExceptionally()) {
      inFlight.add(last);
      last = log().append("p", inFlight.size(), new byte[MAX_PAYLOAD]);
    }
    // then
    failure(last, BackpressureException.class);
    assertThat(inFlight.size() * MAX_PAYLOAD).isBetween(MAX_BYTES * 8 / 10, MAX_BYTES);
    // and what was refused took no room: something small still fits
    CompletableFuture<AppendResult> small = log().append("q", 0, new byte[1]);
    assertThat(small).isNotDone();
    cluster.stored("n1").resume();
    inFlight.forEach(append -> assertThat(get(append).outcome()).isEqualTo(Outcome.APPENDED));
    assertThat(get(small).outcome()).isEqualTo(Outcome.APPENDED);
    assertThat(get(log().append("p", inFlight.size(), new byte[MAX_PAYLOAD])).outcome())
        .isEqualTo(Outcome.APPENDED);
  }

  @Test
  void shouldCountWhatNoCallbackHasHeardOfAsInFlight() {
    // given: a callback that blocks, so that no other outcome can be told
    CountDownLatch gate = new CountDownLatch(1);
    cluster.stored("n1").hang();
    CompletableFuture<?> blocked =
        log().append("p", 0, bytes("x")).thenAccept(result -> awaitQuietly(gate));
    cluster.stored("n1").resume();
    await().atMost(TestCluster.SOON).until(() -> log().status().endOffset() == 1);
    // when: somebody appends and appends
    int taken = 1;
    CompletableFuture<AppendResult> last = log().append("p", taken, bytes("x"));
    while (!last.isCompletedExceptionally() && taken < 3 * MAX_APPENDS) {
      int end = ++taken;
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(TestCluster.SOON)
          .until(() -> log().status().endOffset() == end);
      last = log().append("p", taken, bytes("x"));
    }
    // then: what waits for the callbacks is bounded
    assertThat(taken).isLessThanOrEqualTo(MAX_APPENDS + 1);
    failure(last, BackpressureException.class);
    gate.countDown();
    get(blocked);
    int next = taken;
    await()
        .atMost(TestCluster.SOON)
        .until(() -> !log().append("p", next, bytes("x")).isCompletedExceptionally());
  }

  @Test
  void shouldLetACallbackAppendWhenOnlyOneMayBeInFlight() {
    // given
    cluster.close();
    cluster = TestCluster.started(1, TestCluster.fast().maxInFlightAppends(1).build());
    // when, then
    CompletableFuture<AppendResult> last = log().append("p", 0, bytes("x"));
    for (int i = 1; i < 20; i++) {
      int sequence = i;
      last = last.thenCompose(result -> log().append("p", sequence, bytes("x")));
    }
    assertAppended(19, get(last));
  }

  private static void awaitQuietly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private RaftLog log() {
    return cluster.log("n1");
  }
}
