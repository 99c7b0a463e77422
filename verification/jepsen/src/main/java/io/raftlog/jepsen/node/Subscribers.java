package io.raftlog.jepsen.node;

import io.raftlog.LogRecord;
import io.raftlog.RaftLog;
import io.raftlog.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Durable subscriptions that were claimed on this node, each with a number. Whoever claimed one may
 * forget it, as if it had crashed: nothing here takes that back.
 */
final class Subscribers {
  /**
   * What was delivered.
   *
   * @param records none when there were none yet
   * @param ended why there will be no more; null when there may be
   */
  record Delivered(List<LogRecord> records, @Nullable Throwable ended) {}

  private final RaftLog log;
  private final Map<Long, Subscriber> claimed = new ConcurrentHashMap<>();
  private final AtomicLong lastNumber = new AtomicLong();

  Subscribers(RaftLog log) {
    this.log = log;
  }

  /** Claims a subscription and subscribes; completes with the claim's number and the position. */
  CompletableFuture<String> claim(String name) {
    return log.subscription(name)
        .thenApply(
            subscription -> {
              long number = lastNumber.incrementAndGet();
              long position = subscription.position();
              Subscriber subscriber = new Subscriber(subscription);
              claimed.put(number, subscriber);
              subscription.records().subscribe(subscriber);
              return number + " " + position;
            });
  }

  /** What was delivered since the last call; asks for more, up to a number of records. */
  Delivered take(long number, int max) {
    return subscriber(number).take(max);
  }

  /** Commits a position. */
  CompletableFuture<Void> commit(long number, long position) {
    return subscriber(number).subscription.commit(position);
  }

  private Subscriber subscriber(long number) {
    Subscriber subscriber = claimed.get(number);
    if (subscriber == null) {
      throw new IllegalArgumentException("nothing was claimed as " + number);
    }
    return subscriber;
  }

  private static final class Subscriber implements Flow.Subscriber<LogRecord> {
    private final Subscription subscription;

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Queue<LogRecord> delivered = new ArrayDeque<>();
    private Flow.@Nullable Subscription flow;
    private int requested;
    private @Nullable Throwable ended;

    Subscriber(Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void onSubscribe(Flow.Subscription made) {
      lock.lock();
      try {
        flow = made;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onNext(LogRecord record) {
      lock.lock();
      try {
        delivered.add(record);
        requested--;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable failure) {
      lock.lock();
      try {
        ended = failure;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onComplete() {
      onError(new IllegalStateException("a log has no end"));
    }

    Delivered take(int max) {
      List<LogRecord> taken = new ArrayList<>();
      @Nullable Throwable over;
      Flow.@Nullable Subscription source;
      int more;
      lock.lock();
      try {
        while (taken.size() < max && !delivered.isEmpty()) {
          taken.add(delivered.remove());
        }
        over = delivered.isEmpty() ? ended : null;
        source = flow;
        more = source == null ? 0 : max - delivered.size() - requested;
        requested += Math.max(0, more);
      } finally {
        lock.unlock();
      }
      if (source != null && more > 0) {
        source.request(more);
      }
      return new Delivered(taken, taken.isEmpty() ? over : null);
    }
  }
}
