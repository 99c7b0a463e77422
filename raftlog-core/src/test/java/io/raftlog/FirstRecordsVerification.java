package io.raftlog;

import java.util.concurrent.Flow;

/**
 * A log's publisher for the tests of Reactive Streams that need an end: the test completes, and
 * cancels, after so many records. {@link PublisherTckTest} runs it.
 */
public final class FirstRecordsVerification extends PublisherVerification {
  @Override
  public Flow.Publisher<LogRecord> createFlowPublisher(long elements) {
    Flow.Publisher<LogRecord> all = super.createFlowPublisher(elements);
    return subscriber -> all.subscribe(subscriber == null ? null : new First(subscriber, elements));
  }

  @Override
  public long maxElementsFromPublisher() {
    return Long.MAX_VALUE - 1;
  }

  /** Passes so many records on. */
  private static final class First implements Flow.Subscriber<LogRecord> {
    private final Flow.Subscriber<? super LogRecord> subscriber;
    private Flow.Subscription subscription;
    private long left;

    First(Flow.Subscriber<? super LogRecord> subscriber, long count) {
      this.subscriber = subscriber;
      this.left = count;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      subscriber.onSubscribe(given);
      if (left == 0) {
        complete();
      }
    }

    @Override
    public void onNext(LogRecord record) {
      subscriber.onNext(record);
      if (--left == 0) {
        complete();
      }
    }

    private void complete() {
      subscription.cancel();
      subscriber.onComplete();
    }

    @Override
    public void onError(Throwable thrown) {
      subscriber.onError(thrown);
    }

    @Override
    public void onComplete() {
      throw new AssertionError("a log does not complete");
    }
  }
}
