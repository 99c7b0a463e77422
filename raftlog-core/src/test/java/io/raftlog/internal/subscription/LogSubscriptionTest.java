package io.raftlog.internal.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.BackpressureException;
import io.raftlog.CorruptedLogException;
import io.raftlog.GapListener;
import io.raftlog.LogFailedException;
import io.raftlog.LogRecord;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeClosedException;
import io.raftlog.OffsetOutOfRangeException;
import io.raftlog.OffsetTrimmedException;
import io.raftlog.OnTrimmed;
import io.raftlog.RaftLogException;
import io.raftlog.ReadOptions;
import io.raftlog.SubscribeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** One subscription, step by step. */
class LogSubscriptionTest {
  private final NodeClosedException closed = new NodeClosedException("closed by the test");

  private final ManualThreads threads = new ManualThreads();
  private final Subscriptions subscriptions = new Subscriptions(threads);
  private final Recorder recorder = new Recorder();

  private LogPublisher publisher(FakeSource source, SubscribeOptions options) {
    return new LogPublisher("node=n1 log=orders", source, options, subscriptions);
  }

  private void subscribe(FakeSource source, SubscribeOptions options) {
    publisher(source, options).subscribe(recorder);
    threads.runAll();
  }

  private void subscribe(FakeSource source) {
    subscribe(source, SubscribeOptions.DEFAULT);
  }

  private void request(long n) {
    recorder.subscription.request(n);
    threads.runAll();
  }

  private static List<Long> offsets(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void shouldReadNothingThatIsNotRequested() {
    // given
    FakeSource source = new FakeSource(0, 100);
    // when
    subscribe(source);
    // then
    assertThat(source.reads).isEmpty();
    request(3);
    assertThat(source.reads).extracting(ReadOptions::maxRecords).containsExactly(3);
    assertThat(recorder.offsets).isEqualTo(offsets(0, 3));
  }

  @Test
  void shouldReadNoMoreAtOnceThanItMayHold() {
    // given
    FakeSource source = new FakeSource(0, 95);
    Recorder slow =
        new Recorder() {
          @Override
          public void onNext(LogRecord record) {
            super.onNext(record);
            long readAhead = 10L * source.reads.size() - offsets.size();
            assertThat(readAhead).isBetween(0L, 9L);
          }
        };
    // when
    publisher(source, SubscribeOptions.DEFAULT.withBufferRecords(10)).subscribe(slow);
    slow.subscription.request(Long.MAX_VALUE);
    threads.runAll();
    // then
    assertThat(slow.offsets).isEqualTo(offsets(0, 95));
    assertThat(source.reads).hasSize(11).allMatch(read -> read.maxRecords() == 10);
  }

  @Test
  void shouldWaitAtTheEndWithoutAThread() {
    // given
    FakeSource source = new FakeSource(5, 7);
    subscribe(source);
    request(Long.MAX_VALUE);
    assertThat(recorder.offsets).isEqualTo(offsets(5, 7));
    // when
    int tasks = threads.runAll();
    // then
    assertThat(tasks).isZero();
    assertThat(source.waiting()).isNotDone();
    source.grow(9);
    threads.runAll();
    assertThat(recorder.offsets).isEqualTo(offsets(5, 9));
    assertThat(recorder.completed).isFalse();
  }

  @Test
  void shouldAddUpDemandWithoutOverflow() {
    FakeSource source = new FakeSource(0, 10);
    subscribe(source);
    recorder.subscription.request(Long.MAX_VALUE - 1);
    recorder.subscription.request(Long.MAX_VALUE - 1);
    threads.runAll();
    assertThat(recorder.offsets).isEqualTo(offsets(0, 10));
    assertThat(recorder.errors).isEmpty();
  }

  @Test
  void shouldRefuseARequestThatIsNotPositive() {
    FakeSource source = new FakeSource(0, 10);
    subscribe(source);
    request(0);
    request(5);
    assertThat(recorder.errors)
        .singleElement()
        .isInstanceOf(IllegalArgumentException.class)
        .asString()
        .contains("§3.9");
    assertThat(recorder.offsets).isEmpty();
  }

  @Test
  void shouldRefuseASubscriberThatIsNull() {
    LogPublisher publisher = publisher(new FakeSource(0, 1), SubscribeOptions.DEFAULT);
    assertThatThrownBy(() -> publisher.subscribe(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void shouldDeliverNothingAfterACancelInTheMiddleOfABatch() {
    // given
    FakeSource source = new FakeSource(0, 10);
    Recorder leaving =
        new Recorder() {
          @Override
          public void onNext(LogRecord record) {
            super.onNext(record);
            if (record.offset() == 3) {
              subscription.cancel();
            }
          }
        };
    // when
    publisher(source, SubscribeOptions.DEFAULT).subscribe(leaving);
    leaving.subscription.request(Long.MAX_VALUE);
    threads.runAll();
    // then
    assertThat(leaving.offsets).isEqualTo(offsets(0, 4));
    assertThat(leaving.errors).isEmpty();
    assertThat(subscriptions.count()).isZero();
  }

  @Test
  void shouldCancelTheReadThatWaitsWithoutAThread() {
    // given
    FakeSource source = new FakeSource(0, 0);
    subscribe(source);
    request(1);
    // when
    recorder.subscription.cancel();
    // then
    assertThat(source.waiting()).isCancelled();
    assertThat(subscriptions.count()).isZero();
    threads.runAll();
    assertThat(recorder.errors).isEmpty();
  }

  @Test
  void shouldEndWhatThrowsFromOnNext() {
    // given
    FakeSource source = new FakeSource(0, 10);
    Recorder throwing =
        new Recorder() {
          @Override
          public void onNext(LogRecord record) {
            super.onNext(record);
            throw new IllegalStateException("thrown by the subscriber");
          }
        };
    // when
    publisher(source, SubscribeOptions.DEFAULT).subscribe(throwing);
    throwing.subscription.request(Long.MAX_VALUE);
    threads.runAll();
    // then
    assertThat(throwing.offsets).containsExactly(0L);
    assertThat(throwing.errors).isEmpty();
    assertThat(subscriptions.count()).isZero();
  }

  @Test
  void shouldEndWhatThrowsFromOnSubscribe() {
    // given
    Recorder throwing =
        new Recorder() {
          @Override
          public void onSubscribe(Flow.Subscription given) {
            given.request(1);
            throw new AssertionError("thrown by the subscriber");
          }
        };
    // when
    publisher(new FakeSource(0, 10), SubscribeOptions.DEFAULT).subscribe(throwing);
    threads.runAll();
    // then
    assertThat(throwing.offsets).isEmpty();
    assertThat(subscriptions.count()).isZero();
  }

  @Test
  void shouldTellOnceThatTheNodeIsClosed() {
    // given: one that waits for records, one that waits for demand
    FakeSource source = new FakeSource(0, 0);
    subscribe(source);
    request(1);
    Recorder idle = new Recorder();
    publisher(source, SubscribeOptions.DEFAULT).subscribe(idle);
    // when
    subscriptions.close(closed);
    source.waiting().completeExceptionally(new NodeClosedException("another"));
    threads.runAll();
    request(1);
    // then
    assertThat(recorder.errors).containsExactly(closed);
    assertThat(idle.errors).containsExactly(closed);
    assertThat(subscriptions.count()).isZero();
  }

  @Test
  void shouldSubscribeAndFailWhenTheNodeIsClosed() {
    subscriptions.close(closed);
    subscribe(new FakeSource(0, 10));
    assertThat(recorder.subscription).isNotNull();
    assertThat(recorder.errors).containsExactly(closed);
    assertThat(subscriptions.count()).isZero();
  }

  @Test
  void shouldTellWhyNothingCanBeReadAnyMore() {
    for (RaftLogException cause :
        List.of(
            new CorruptedLogException("test", null),
            new LogFailedException(RaftLogException.Fate.NOT_APPENDED, "test", null),
            closed)) {
      // given
      FakeSource source = new FakeSource(0, 0);
      Recorder told = new Recorder();
      publisher(source, SubscribeOptions.DEFAULT).subscribe(told);
      told.subscription.request(1);
      threads.runAll();
      // when
      source.waiting().completeExceptionally(cause);
      threads.runAll();
      // then
      assertThat(told.errors).containsExactly(cause);
    }
  }

  @Test
  void shouldAskALeaderBeforeItSaysThatTheStartIsBeyondTheEnd() {
    // given
    FakeSource source = new FakeSource(9, 20);
    OffsetOutOfRangeException beyond = new OffsetOutOfRangeException(9, 0, 5);
    subscribe(source);
    // when: this node lags, and the leader knows more
    source.failures.add(beyond);
    request(1);
    // then
    assertThat(source.reads).hasSize(2);
    assertThat(source.lastReadWasLinearizable()).isTrue();
    assertThat(recorder.offsets).containsExactly(9L);
    request(1);
    assertThat(source.lastReadWasLinearizable()).isFalse();
    // when: the leader knows no more
    source.failures.add(beyond);
    source.failures.add(beyond);
    request(1);
    // then
    assertThat(recorder.errors).containsExactly(beyond);
  }

  @Test
  void shouldWaitLongerEachTimeForWhatPasses() {
    // given: the start, and then the reads, cannot be found for a while
    FakeSource source = new FakeSource(3, 5);
    source.failures.add(new BackpressureException("test"));
    subscribe(source);
    request(1);
    assertThat(source.starts).isEqualTo(1);
    for (int i = 0; i < 8; i++) {
      source.failures.add(new NoLeaderException("test"));
    }
    // when
    for (int i = 0; i < 9; i++) {
      assertThat(recorder.offsets).isEmpty();
      threads.runLater();
    }
    // then
    assertThat(recorder.offsets).containsExactly(3L);
    assertThat(threads.delays)
        .extracting(TimeUnit.NANOSECONDS::toMillis)
        .containsExactly(50L, 100L, 200L, 400L, 800L, 1600L, 1600L, 1600L, 1600L);
    // and the next time it begins anew
    source.failures.add(new BackpressureException("test"));
    request(1);
    assertThat(threads.delays.get(9)).isEqualTo(threads.delays.get(0));
  }

  @Test
  void shouldCleanUpWhenCancelledDuringAPause() {
    FakeSource source = new FakeSource(0, 5);
    subscribe(source);
    source.failures.add(new BackpressureException("test"));
    request(1);
    recorder.subscription.cancel();
    threads.runLater();
    assertThat(source.reads).hasSize(1);
    assertThat(subscriptions.count()).isZero();
  }

  @Test
  void shouldFailWhenRecordsWereTrimmedUnlessToldOtherwise() {
    FakeSource source = new FakeSource(3, 20);
    source.retained = 7;
    subscribe(source);
    request(1);
    assertThat(recorder.errors)
        .singleElement()
        .isInstanceOfSatisfying(
            OffsetTrimmedException.class,
            trimmed -> {
              assertThat(trimmed.requestedOffset()).isEqualTo(3);
              assertThat(trimmed.startOffset()).isEqualTo(7);
            });
  }

  @Test
  void shouldGoOnWithTheFirstRetainedAndReportTheGap() {
    // given
    FakeSource source = new FakeSource(3, 20);
    List<String> gaps = new ArrayList<>();
    subscribe(source, skipping(OnTrimmed.EARLIEST, (from, to) -> gaps.add(from + "-" + to)));
    request(2);
    // when
    source.retained = 7;
    request(2);
    // then
    assertThat(gaps).containsExactly("5-7");
    assertThat(recorder.offsets).containsExactly(3L, 4L, 7L, 8L);
  }

  @Test
  void shouldGoOnAtTheEndAndReportTheGap() {
    // given
    FakeSource source = new FakeSource(3, 20);
    source.retained = 7;
    List<String> gaps = new ArrayList<>();
    subscribe(source, skipping(OnTrimmed.LATEST, (from, to) -> gaps.add(from + "-" + to)));
    // when
    request(2);
    source.grow(21);
    threads.runAll();
    // then
    assertThat(gaps).containsExactly("3-20");
    assertThat(recorder.offsets).containsExactly(20L);
  }

  @Test
  void shouldEndWhenTheGapListenerThrows() {
    FakeSource source = new FakeSource(3, 20);
    source.retained = 7;
    subscribe(
        source,
        skipping(
            OnTrimmed.EARLIEST,
            (from, to) -> {
              throw new IllegalStateException("thrown by the listener");
            }));
    request(2);
    assertThat(recorder.offsets).isEmpty();
    assertThat(subscriptions.count()).isZero();
  }

  private static SubscribeOptions skipping(OnTrimmed policy, GapListener listener) {
    return SubscribeOptions.DEFAULT.withOnTrimmed(policy).withGapListener(listener);
  }

  @Test
  void shouldLetOthersHaveTheThreadAfterEachBatchWhenThreadsAreShort() {
    // given
    threads.shortOfThreads = true;
    publisher(new FakeSource(0, 30), SubscribeOptions.DEFAULT.withBufferRecords(10))
        .subscribe(recorder);
    threads.runAll();
    recorder.subscription.request(Long.MAX_VALUE);
    // when, then: the first turn reads, each later one delivers
    for (int delivered : new int[] {0, 10, 20, 30}) {
      threads.runOne();
      assertThat(recorder.offsets).hasSize(delivered);
    }
  }
}
