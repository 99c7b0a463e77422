package io.raftlog.benchmarks.scenario;

import io.raftlog.LogRecord;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Takes records as fast as they come. Called by one thread at a time. */
abstract class EachRecord implements Flow.Subscriber<LogRecord> {
  private final CompletableFuture<?> failed;
  private volatile Flow.@Nullable Subscription subscription;

  /** A failure of the subscription goes into the future. */
  EachRecord(CompletableFuture<?> failed) {
    this.failed = failed;
  }

  abstract void take(LogRecord record);

  final void cancel() {
    Objects.requireNonNull(subscription, "not subscribed").cancel();
  }

  @Override
  public final void onSubscribe(Flow.Subscription made) {
    subscription = made;
    made.request(Long.MAX_VALUE);
  }

  @Override
  public final void onNext(LogRecord record) {
    take(record);
  }

  @Override
  public final void onError(Throwable failure) {
    failed.completeExceptionally(failure);
  }

  @Override
  public final void onComplete() {
    failed.completeExceptionally(new IllegalStateException("a log has no end"));
  }
}
