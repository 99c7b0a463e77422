package io.raftlog.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.AppendResult;
import io.raftlog.AppendResult.Outcome;
import io.raftlog.Producer;
import io.raftlog.SequenceGapException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.position.PositionTable;
import io.raftlog.internal.replica.ControlOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a producer makes of the outcomes of its appends. */
class ProducerHandleTest {
  private static final byte[] PAYLOAD = {1};

  private final FakeLog log = new FakeLog();
  private final Producer producer = ProducerHandle.register(log, ProducerId.of("p")).getNow(null);

  @Test
  void shouldSendAgainInOrderWhatHasNoOutcome() {
    CompletableFuture<AppendResult> first = producer.append(PAYLOAD);
    CompletableFuture<AppendResult> second = producer.append(PAYLOAD);

    log.failUnknown(0);
    log.refuse(1, 0);

    assertThat(log.sequences()).containsExactly(0L, 1L, 0L, 1L);
    log.succeed(2);
    log.succeed(3);
    assertThat(first).isCompletedWithValueMatching(result -> result.offset() == 0);
    assertThat(second).isCompletedWithValueMatching(result -> result.offset() == 1);
  }

  /** Seen: it was over, since a leader did not know yet that what came before was committed. */
  @Test
  void shouldSendAgainWhatWasBehindAnotherThoughMuchLessWasExpected() {
    CompletableFuture<AppendResult> proven = producer.append(PAYLOAD);
    log.succeed(0);
    CompletableFuture<AppendResult> missing = producer.append(PAYLOAD);
    CompletableFuture<AppendResult> refused = producer.append(PAYLOAD);

    log.failUnknown(1);
    log.refuse(2, 0);

    assertThat(proven).isCompleted();
    assertThat(log.sequences()).containsExactly(0L, 1L, 2L, 1L, 2L);
    log.succeed(3);
    log.succeed(4);
    assertThat(missing).isCompleted();
    assertThat(refused).isCompletedWithValueMatching(result -> result.offset() == 2);
  }

  @Test
  void shouldSendAgainWhatWasRefusedForWhatIsThereByNow() {
    CompletableFuture<AppendResult> first = producer.append(PAYLOAD);
    CompletableFuture<AppendResult> refused = producer.append(PAYLOAD);

    log.succeed(0);
    log.refuse(1, 0);

    assertThat(first).isCompleted();
    assertThat(log.sequences()).containsExactly(0L, 1L, 1L);
    log.succeed(2);
    assertThat(refused).isCompletedWithValueMatching(result -> result.offset() == 1);
  }

  /** Rather than for ever: what is in the log cannot be missing. */
  @Test
  void shouldEndWhenWhatWasProvenBeforeIsDenied() {
    CompletableFuture<AppendResult> proven = producer.append(PAYLOAD);
    log.succeed(0);
    CompletableFuture<AppendResult> denied = producer.append(PAYLOAD);

    log.refuse(1, 0);

    assertThat(proven).isCompleted();
    assertThat(denied)
        .failsWithin(0, SECONDS)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(SequenceGapException.class);
    assertThat(producer.append(PAYLOAD)).isCompletedExceptionally();
    assertThat(log.sequences()).containsExactly(0L, 1L);
  }

  /** Takes everything, and has the outcomes that the test wants. */
  private static final class FakeLog implements ProducerLog {
    private record Sent(long sequence, CompletableFuture<AppendResult> outcome) {}

    private final List<Sent> sent = new ArrayList<>();

    List<Long> sequences() {
      return sent.stream().map(Sent::sequence).toList();
    }

    void succeed(int i) {
      long sequence = sent.get(i).sequence();
      AppendResult result = new AppendResult(sequence, 7, Outcome.APPENDED);
      sent.get(i).outcome().complete(result);
    }

    void failUnknown(int i) {
      sent.get(i)
          .outcome()
          .completeExceptionally(new AppendOutcomeUnknownException("as the test wants it"));
    }

    void refuse(int i, long expected) {
      sent.get(i)
          .outcome()
          .completeExceptionally(
              new SequenceGapException("p", sent.get(i).sequence(), 1, expected));
    }

    @Override
    public CompletableFuture<ControlOutcome> append(ControlRun run) {
      return CompletableFuture.completedFuture(
          new ControlOutcome(PositionTable.Answer.DONE, 7, 0, -1));
    }

    @Override
    public CompletableFuture<AppendResult> append(
        ProducerId producer, long registration, long firstSequence, RecordBodies records) {
      sent.add(new Sent(firstSequence, new CompletableFuture<>()));
      return sent.get(sent.size() - 1).outcome();
    }

    @Override
    public void checkLimits(ProducerId producer, long firstSequence, RecordBodies records) {}

    @Override
    public long maxInFlightBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public void complete(Runnable task) {
      task.run();
    }

    @Override
    public void completeAll(List<Runnable> tasks) {
      tasks.forEach(Runnable::run);
    }

    @Override
    public void sendLater(ProducerHandle waiting) {
      throw new AssertionError("there is room");
    }
  }
}
