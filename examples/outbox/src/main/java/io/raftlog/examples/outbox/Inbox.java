package io.raftlog.examples.outbox;

import io.raftlog.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A subscriber that gives its records in batches to a thread of the application's: as many as have
 * come while that was busy with the ones before. Never holds more than it was made for, since it
 * requests as many as were taken.
 */
final class Inbox implements Flow.Subscriber<LogRecord> {
  private final int capacity;
  private final BlockingQueue<LogRecord> queue = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
  private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

  Inbox(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscribed.complete(subscription);
    subscription.request(capacity);
  }

  @Override
  public void onNext(LogRecord record) {
    queue.add(record);
  }

  @Override
  public void onError(Throwable failure) {
    ended.complete(failure);
  }

  @Override
  public void onComplete() {
    ended.complete(new IllegalStateException("a log never ends"));
  }

  /**
   * The records that are there, one after another; none when none comes in time.
   *
   * @throws Ended when no record will come any more, and all are taken
   */
  List<LogRecord> take(Duration limit) throws InterruptedException, Ended {
    boolean last = ended.isDone(); // before the queue is found empty
    List<LogRecord> batch = new ArrayList<>();
    LogRecord first = last ? queue.poll() : queue.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      queue.drainTo(batch);
      subscribed.join().request(batch.size());
    } else if (last) {
      throw new Ended(ended.join());
    }
    return batch;
  }

  /** There are no more records; the cause says why. */
  static final class Ended extends Exception {
    private static final long serialVersionUID = 1;

    Ended(Throwable cause) {
      super(cause);
    }
  }
}
