package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.AppendResult;
import io.raftlog.AppendResult.Outcome;
import io.raftlog.BackpressureException;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeClosedException;
import io.raftlog.ProducerFencedException;
import io.raftlog.SequenceGapException;
import io.raftlog.SequenceReusedException;
import io.raftlog.UnknownProducerException;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.position.PositionTable;
import io.raftlog.internal.producer.ProducerTable;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PendingAppendsTest {
  private static final ProducerId P = ProducerId.of("p");
  private static final ProducerId Q = ProducerId.of("q");
  private static final long TIMESTAMP = 77;

  private final ReplicaConfig config = Configs.single();
  private final AppendAccumulator accumulator = new AppendAccumulator(config, () -> {});
  private final Completions completions = new Completions(Callbacks.onOneThread(Runnable::run));
  private final ProducerTable committed = new ProducerTable(new LogSettings(1, Long.MAX_VALUE));
  private final Tables tables = new Tables(committed, new PositionTable());
  private final PendingAppends pending =
      new PendingAppends(new LogFailures("log", List.of()), tables, accumulator, completions);
  private long endOffset;
  private long requestId;

  @Test
  void shouldTellTheFirstOfEqualCallsOfOneRequestThatItAppended() {
    // given: three equal calls travel together; the leader appends one and calls two duplicates
    CompletableFuture<AppendResult> one = append(P, 0, "x");
    CompletableFuture<AppendResult> two = append(P, 0, "x");
    CompletableFuture<AppendResult> three = append(P, 0, "x");
    List<PendingAppend> sent = send();
    pending.decide(List.of(duplicate(P, 0), duplicate(P, 0)), requestId);
    pending.answered(sent, requestId);
    // when
    commit(P, 0, "x");
    // then
    assertThat(outcomes(one, two, three))
        .containsExactly(Outcome.APPENDED, Outcome.DUPLICATE, Outcome.DUPLICATE);
  }

  @Test
  void shouldTellAllEqualCallsThatTheyAreDuplicatesWhenTheVerdictsComeInParts() {
    CompletableFuture<AppendResult> one = append(P, 0, "x");
    CompletableFuture<AppendResult> two = append(P, 0, "x");
    List<PendingAppend> sent = send();
    pending.decide(List.of(duplicate(P, 0)), requestId);
    pending.decide(List.of(duplicate(P, 0)), requestId);
    pending.answered(sent, requestId);
    commit(P, 0, "x");
    assertThat(outcomes(one, two)).containsExactly(Outcome.DUPLICATE, Outcome.DUPLICATE);
  }

  @Test
  void shouldNotCallADuplicateWhatWasSentBefore() {
    // given: the first request was lost, or its answer was
    CompletableFuture<AppendResult> append = append(P, 0, "x");
    send();
    pending.rewind();
    List<PendingAppend> sent = send();
    pending.decide(List.of(duplicate(P, 0)), requestId);
    pending.answered(sent, requestId);
    // when
    commit(P, 0, "x");
    // then
    assertThat(outcomes(append)).containsExactly(Outcome.APPENDED);
  }

  @Test
  void shouldIgnoreTheVerdictOfAnEarlierRequest() {
    CompletableFuture<AppendResult> append = append(P, 3, "x");
    send();
    long earlier = requestId;
    pending.rewind();
    send();
    // when
    boolean decided = pending.decide(List.of(gap(P, 3, 0)), earlier);
    // then
    assertThat(decided).isTrue();
    assertThat(append).isNotDone();
  }

  @Test
  void shouldRefuseTheHeadAndCompleteWhatIsCommittedBehindIt() {
    // given: 2 was called before 0, and 0 is committed first
    CompletableFuture<AppendResult> two = append(P, 2, "two");
    CompletableFuture<AppendResult> zero = append(P, 0, "zero");
    List<PendingAppend> sent = send();
    pending.answered(sent, requestId);
    commit(P, 0, "zero");
    flush();
    assertThat(zero).isNotDone();
    // when
    boolean decided = pending.decide(List.of(gap(P, 2, 1)), requestId);
    // then: nobody waits for the deadline
    assertThat(decided).isTrue();
    assertThat(outcomes(zero)).containsExactly(Outcome.APPENDED);
    SequenceGapException gap = (SequenceGapException) failure(two);
    assertThat(gap.expectedSequence()).isEqualTo(1);
  }

  @Test
  void shouldAskToSendAgainWhatIsRefusedWhileAnEarlierOneIsPending() {
    CompletableFuture<AppendResult> zero = append(P, 0, "zero");
    CompletableFuture<AppendResult> five = append(P, 5, "five");
    List<PendingAppend> sent = send();
    // when
    boolean decided = pending.decide(List.of(gap(P, 5, 1)), requestId);
    // then
    assertThat(decided).isFalse();
    assertThat(five).isNotDone();
    // and as soon as nothing is before it, it is refused
    pending.answered(sent, requestId);
    commit(P, 0, "zero");
    pending.rewind();
    send();
    assertThat(pending.decide(List.of(gap(P, 5, 1)), requestId)).isTrue();
    assertThat(outcomes(zero)).containsExactly(Outcome.APPENDED);
    assertThat(failure(five)).isInstanceOf(SequenceGapException.class);
  }

  @Test
  void shouldTellReusedWhenAnotherPayloadWasCommitted() {
    CompletableFuture<AppendResult> append = append(P, 0, "mine");
    pending.answered(send(), requestId);
    commit(Q, 0, "other");
    commit(P, 0, "yours");
    SequenceReusedException reused = (SequenceReusedException) failure(append);
    assertThat(reused.offset()).isEqualTo(1);
  }

  @Test
  void shouldWaitForTheLeadersAnswerSinceOnlyItKnowsWhoAppended() {
    CompletableFuture<AppendResult> append = append(P, 0, "x");
    List<PendingAppend> sent = send();
    commit(P, 0, "x");
    flush();
    assertThat(append).isNotDone();
    pending.decide(List.of(duplicate(P, 0)), requestId);
    pending.answered(sent, requestId);
    assertThat(outcomes(append)).containsExactly(Outcome.DUPLICATE);
  }

  @Test
  void shouldNotNeedTheLeaderToKnowADuplicateOfWhatIsCommitted() {
    commit(P, 0, "x");
    CompletableFuture<AppendResult> same = append(P, 0, "x");
    CompletableFuture<AppendResult> other = append(P, 0, "y");
    assertThat(outcomes(same)).containsExactly(Outcome.DUPLICATE);
    assertThat(failure(other)).isInstanceOf(SequenceReusedException.class);
    assertThat(pending.isEmpty()).isTrue();
  }

  @Test
  void shouldRememberWhereARecordIsWhenItsProducerIsEvictedBeforeTheAnswer() {
    // given: committed and seen here, then evicted, and the answer was lost
    CompletableFuture<AppendResult> append = append(P, 0, "x");
    send();
    commit(P, 0, "x");
    commit(Q, 0, "evicts p");
    // when: to send it again would append it a second time
    pending.rewind();
    // then
    assertThat(pending.hasUnsent()).isFalse();
    flush();
    assertThat(append).isCompletedWithValue(new AppendResult(0, TIMESTAMP, Outcome.APPENDED));
  }

  @Test
  void shouldNotRefuseWhatIsInTheLogAlthoughItsProducerIsUnknownByNow() {
    commit(P, 0, "zero");
    CompletableFuture<AppendResult> append = append(P, 1, "one");
    send();
    commit(P, 1, "one");
    commit(Q, 0, "evicts p");
    pending.decide(List.of(unknown(P, 1)), requestId);
    assertThat(outcomes(append)).containsExactly(Outcome.APPENDED);
  }

  @Test
  void shouldNotClaimThatNothingWasAppendedWhenAnEarlierAttemptMayHaveDoneIt() {
    // given: the first attempt's answer was lost, and this replica lags behind
    CompletableFuture<AppendResult> append = append(P, 1, "one");
    send();
    pending.rewind();
    send();
    // when: the producer was evicted meanwhile
    pending.decide(List.of(unknown(P, 1)), requestId);
    // then
    assertThat(failure(append)).isInstanceOf(AppendOutcomeUnknownException.class);
  }

  @Test
  void shouldRefuseAnUnknownProducerThatWasAskedForOnce() {
    CompletableFuture<AppendResult> append = append(P, 1, "one");
    send();
    pending.decide(List.of(unknown(P, 1)), requestId);
    assertThat(failure(append)).isInstanceOf(UnknownProducerException.class);
  }

  @Test
  void shouldTellThatAProducerIsUnknownWhenItIsForgottenHereToo() {
    // given: the leader has committed up to 9 that it is forgotten
    CompletableFuture<AppendResult> one = append(P, 1, "one");
    CompletableFuture<AppendResult> two = append(P, 2, "two");
    send();
    pending.applied(8);
    boolean decided =
        pending.decide(
            List.of(Verdict.unknownProducer(P, 1, 1, 9), Verdict.unknownProducer(P, 2, 1, 9)),
            requestId);
    flush();
    assertThat(decided).isTrue();
    assertThat(one).isNotDone();
    // when
    pending.applied(9);
    // then
    assertThat(failure(one)).isInstanceOf(UnknownProducerException.class);
    assertThat(failure(two)).isInstanceOf(UnknownProducerException.class);
  }

  @Test
  void shouldNotTellOfAGapWhatIsInTheLogOfAProducerThatBeganAgain() {
    // given: entry 8 has the append, 9 forgets its producer; the next attempt meets the new life
    CompletableFuture<AppendResult> append = append(P, 1, "x");
    commit(P, 0, "");
    pending.applied(7);
    send();
    pending.rewind();
    send();
    pending.decide(List.of(gap(P, 1, 1, 9)), requestId);
    assertThat(append).isNotDone();
    // when
    commit(P, 1, "x");
    pending.applied(9);
    // then
    assertThat(outcomes(append)).containsExactly(Outcome.APPENDED);
  }

  @Test
  void shouldCompleteWhatIsCommittedBehindACallWhoseRefusalHadToWait() {
    // given: the leader has forgotten P, and then taken what was called behind it
    CompletableFuture<AppendResult> five = append(P, 5, "five");
    CompletableFuture<AppendResult> zero = append(P, 0, "zero");
    List<PendingAppend> sent = send();
    pending.decide(List.of(Verdict.unknownProducer(P, 5, 1, 9)), requestId);
    pending.answered(sent, requestId);
    commit(P, 0, "zero");
    flush();
    assertThat(zero).isNotDone();
    // when
    pending.applied(10);
    // then
    assertThat(failure(five)).isInstanceOf(UnknownProducerException.class);
    assertThat(outcomes(zero)).containsExactly(Outcome.APPENDED);
  }

  @Test
  void shouldForgetARefusalThatWasNotToldWhenAllIsSentAgain() {
    // given
    CompletableFuture<AppendResult> append = append(P, 1, "one");
    send();
    pending.decide(List.of(Verdict.unknownProducer(P, 1, 1, 9)), requestId);
    // when: another leader knows the producer
    pending.rewind();
    List<PendingAppend> sent = send();
    pending.applied(9);
    flush();
    // then
    assertThat(append).isNotDone();
    pending.answered(sent, requestId);
    commit(P, 0, "by another");
    commit(P, 1, "one");
    assertThat(outcomes(append)).containsExactly(Outcome.APPENDED);
  }

  @Test
  void shouldExpireInTheOrderOfTheCallsByWhetherTheyWereHandedToALeader() {
    CompletableFuture<AppendResult> handed = append(P, 0, "x", 10);
    send();
    CompletableFuture<AppendResult> found = append(Q, 0, "y", 20);
    send();
    commit(Q, 0, "y");
    CompletableFuture<AppendResult> never = append(P, 1, "z", 30);
    CompletableFuture<AppendResult> later = append(P, 2, "z", 31);
    // when
    pending.expire(30);
    // then
    assertThat(failure(handed)).isInstanceOf(AppendOutcomeUnknownException.class);
    assertThat(outcomes(found)).containsExactly(Outcome.APPENDED);
    assertThat(failure(never)).isInstanceOf(NoLeaderException.class);
    assertThat(later).isNotDone();
    assertThat(pending.firstDeadlineNanos()).isEqualTo(31);
  }

  @Test
  void shouldCallADuplicateWhatOthersCommittedBeforeItWasSent() {
    CompletableFuture<AppendResult> append = append(P, 0, "x", 10);
    commit(P, 0, "x");
    pending.expire(10);
    assertThat(outcomes(append)).containsExactly(Outcome.DUPLICATE);
  }

  @Test
  void shouldEndEverythingOnceWhenTheNodeIsClosed() {
    CompletableFuture<AppendResult> handed = append(P, 0, "x");
    CompletableFuture<AppendResult> found = append(Q, 0, "y");
    send();
    commit(Q, 0, "y");
    CompletableFuture<AppendResult> never = append(P, 1, "z");
    // when
    pending.failClosed(new NodeClosedException("closed"));
    // then
    assertThat(failure(handed)).isInstanceOf(AppendOutcomeUnknownException.class);
    assertThat(outcomes(found)).containsExactly(Outcome.APPENDED);
    assertThat(failure(never)).isInstanceOf(NodeClosedException.class);
    assertThat(pending.isEmpty()).isTrue();
    assertThat(pending.hasUnsent()).isFalse();
  }

  @Test
  void shouldCountAsInFlightWhatTheCallbackExecutorHasNotRunYet() {
    // given
    List<Runnable> waiting = new ArrayList<>();
    Completions slow = new Completions(Callbacks.onOneThread(waiting::add));
    PendingAppends appends =
        new PendingAppends(new LogFailures("log", List.of()), tables, accumulator, slow);
    byte[] payload = new byte[1 << 15];
    int taken = 0;
    CompletableFuture<AppendResult> last =
        accumulator.append(P, 0, taken, RecordBodies.of(List.of(payload)));
    // when: everything gets its outcome at once, but nobody hears of it
    while (!last.isCompletedExceptionally() && taken < 1000) {
      var unused = appends.takeIn(Long.MAX_VALUE);
      appends.failClosed(new NodeClosedException("closed"));
      slow.flush();
      last = accumulator.append(P, 0, ++taken, RecordBodies.of(List.of(payload)));
    }
    // then
    assertThat(failureNow(last)).isInstanceOf(BackpressureException.class);
    assertThat(taken).isLessThan(Configs.MAX_IN_FLIGHT_BYTES / payload.length + 1);
    waiting.forEach(Runnable::run);
    assertThat(accumulator.append(P, 0, taken, RecordBodies.of(List.of(payload)))).isNotDone();
  }

  @Test
  @Timeout(300)
  void shouldNotTakeLongToDecideAboutVeryManyAppendsOfOneProducer() {
    // given
    int count = 25_000;
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      appends.add(append(P, i, ""));
      verdicts.add(duplicate(P, i));
    }
    List<PendingAppend> sent = send();
    // when
    long before = cpuNanos();
    for (int from = 0; from < count; from += 200) {
      pending.decide(verdicts.subList(from, from + 200), requestId);
    }
    pending.answered(sent, requestId);
    long nanos = cpuNanos() - before;
    // then: with a scan of everything per verdict it took minutes
    assertThat(Duration.ofNanos(nanos)).isLessThan(Duration.ofSeconds(10));
    for (int i = 0; i < count; i++) {
      commit(P, i, "");
    }
    flush();
    assertThat(appends).allMatch(append -> append.join().outcome() == Outcome.DUPLICATE);
  }

  /** Seen: each run of an entry was looked for among all calls, and each of those in all runs. */
  @Test
  @Timeout(300)
  void shouldNotTakeLongWhenTwoProducersAppendInTurnsAndRepeatThemselves() {
    // given: calls of both alternate, and one of each repeats another that is pending
    committed.limitTo(new LogSettings(2, Long.MAX_VALUE));
    tables.producers().advanceTo(0, 1);
    int count = 25_000;
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      appends.add(append(P, i, ""));
      appends.add(append(Q, i, ""));
      if (i == 5) {
        appends.add(append(P, 3, ""));
        appends.add(append(Q, 3, ""));
      }
    }
    List<PendingAppend> sent = send();
    // when
    long before = cpuNanos();
    pending.answered(sent, requestId);
    for (int i = 0; i < count; i++) {
      commit(P, i, "");
      commit(Q, i, "");
    }
    flush();
    for (int i = 0; i < count; i++) {
      appends.add(append(P, i, ""));
      appends.add(append(Q, i, ""));
    }
    flush();
    long nanos = cpuNanos() - before;
    // then
    assertThat(appends).allMatch(CompletableFuture::isDone);
    assertThat(Duration.ofNanos(nanos)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void shouldTellThatItIsFencedWhateverIsPendingBeforeIt() {
    // given: another registration replaces the one that appends
    committed.register(P, 0, 1, 10);
    CompletableFuture<AppendResult> zero = append(P, 10, 0);
    send();
    committed.register(P, 10, 2, 20);
    pending.settle(P);
    // when
    CompletableFuture<AppendResult> one = append(P, 10, 1);
    CompletableFuture<AppendResult> next = append(P, 20, 0);
    List<PendingAppend> sent = send();
    pending.answered(sent, requestId);
    commit(P, 0, "");
    pending.rewind();
    // then
    assertThat(failure(zero)).isInstanceOf(ProducerFencedException.class);
    assertThat(failure(one)).isInstanceOf(ProducerFencedException.class);
    assertThat(outcomes(next)).containsExactly(Outcome.APPENDED);
  }

  /** What this thread has worked, so that a machine which does something else does not count. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private CompletableFuture<AppendResult> append(
      ProducerId producer, long registration, long sequence) {
    CompletableFuture<AppendResult> future =
        accumulator.append(producer, registration, sequence, RecordBodies.of(List.of(bytes(""))));
    takeIn(Long.MAX_VALUE);
    return future;
  }

  private CompletableFuture<AppendResult> append(ProducerId producer, long sequence, String text) {
    return append(producer, sequence, text, Long.MAX_VALUE);
  }

  private CompletableFuture<AppendResult> append(
      ProducerId producer, long sequence, String text, long deadlineNanos) {
    CompletableFuture<AppendResult> future =
        accumulator.append(producer, 0, sequence, RecordBodies.of(List.of(bytes(text))));
    takeIn(deadlineNanos);
    return future;
  }

  private void takeIn(long deadlineNanos) {
    var unused = pending.takeIn(deadlineNanos);
  }

  /** Everything unsent goes out with one request. */
  private List<PendingAppend> send() {
    List<PendingAppend> sent = pending.takeUnsent(Integer.MAX_VALUE);
    requestId++;
    for (PendingAppend append : sent) {
      append.attempts++;
      append.requestId = requestId;
      append.answered = false;
    }
    return sent;
  }

  private void commit(ProducerId producer, long sequence, String text) {
    int[] crcs = RecordBodies.of(List.of(bytes(text))).crcs();
    committed.apply(producer, sequence, crcs, endOffset++, TIMESTAMP);
    pending.settle(producer);
  }

  private static Verdict duplicate(ProducerId producer, long sequence) {
    return Verdict.duplicate(producer, sequence, 1);
  }

  private static Verdict gap(ProducerId producer, long sequence, long expected) {
    return gap(producer, sequence, expected, 0);
  }

  private static Verdict gap(
      ProducerId producer, long sequence, long expected, long committedIndex) {
    return Verdict.gap(producer, sequence, 1, expected, committedIndex);
  }

  private static Verdict unknown(ProducerId producer, long sequence) {
    return Verdict.unknownProducer(producer, sequence, 1, 0);
  }

  private void flush() {
    completions.flush();
  }

  @SafeVarargs
  private final List<Outcome> outcomes(CompletableFuture<AppendResult>... appends) {
    flush();
    List<Outcome> outcomes = new ArrayList<>();
    for (CompletableFuture<AppendResult> append : appends) {
      outcomes.add(append.getNow(null).outcome());
    }
    return outcomes;
  }

  private Throwable failure(CompletableFuture<AppendResult> append) {
    flush();
    return failureNow(append);
  }

  private static Throwable failureNow(CompletableFuture<AppendResult> append) {
    assertThat(append).isCompletedExceptionally();
    return append.handle((result, thrown) -> thrown).join();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
