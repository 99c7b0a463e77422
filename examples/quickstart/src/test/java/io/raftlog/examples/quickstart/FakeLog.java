package io.raftlog.examples.quickstart;

import io.raftlog.AppendResult;
import io.raftlog.LogRecord;
import io.raftlog.LogStatus;
import io.raftlog.Message;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.StartAt;
import io.raftlog.SubscribeOptions;
import io.raftlog.Subscription;
import io.raftlog.SubscriptionStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** A log that remembers what was appended, and fails as it is told. */
final class FakeLog implements RaftLog {
  /** What was appended, in order, by all calls that did not fail. */
  final List<Long> appended = new ArrayList<>();

  /** What the next calls fail with, one each. */
  final Deque<RuntimeException> failures = new ArrayDeque<>();

  int calls;

  @Override
  public String id() {
    return "fake";
  }

  @Override
  public CompletableFuture<AppendResult> append(String producerId, long sequence, byte[] payload) {
    calls++;
    if (!failures.isEmpty()) {
      return CompletableFuture.failedFuture(failures.remove());
    }
    boolean duplicate = appended.contains(sequence);
    if (!duplicate) {
      appended.add(sequence);
    }
    return CompletableFuture.completedFuture(
        new AppendResult(
            appended.indexOf(sequence),
            1,
            duplicate ? AppendResult.Outcome.DUPLICATE : AppendResult.Outcome.APPENDED));
  }

  @Override
  public CompletableFuture<AppendResult> append(
      String producerId, long firstSequence, List<byte[]> payloads) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<AppendResult> appendMessages(
      String producerId, long firstSequence, List<Message> messages) {
    throw new UnsupportedOperationException("the quickstart appends payloads");
  }

  @Override
  public CompletableFuture<Producer> producer(String producerId) {
    throw new UnsupportedOperationException("the quickstart numbers its appends itself");
  }

  @Override
  public CompletableFuture<ReadResult> read(long offset, ReadOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Long> offsetAt(Instant time) {
    throw new UnsupportedOperationException("the quickstart reads from the beginning");
  }

  @Override
  public Flow.Publisher<LogRecord> subscribe(StartAt start, SubscribeOptions options) {
    throw new UnsupportedOperationException("the quickstart reads");
  }

  @Override
  public CompletableFuture<Subscription> subscription(
      String name, StartAt start, SubscribeOptions options) {
    throw new UnsupportedOperationException("the quickstart reads");
  }

  @Override
  public List<SubscriptionStatus> subscriptions() {
    throw new UnsupportedOperationException("the quickstart reads");
  }

  @Override
  public LogStatus status() {
    throw new UnsupportedOperationException();
  }
}
