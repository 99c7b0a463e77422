package io.raftlog.internal.subscription;

import io.raftlog.RaftLogException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A node's subscriptions that are not over, so that all of them end when it is closed. Any thread.
 */
public final class Subscriptions {
  private final DeliveryThreads threads;
  private final AtomicLong numbers = new AtomicLong();

  /** By number, which also is the order in which they end. */
  private final ConcurrentSkipListMap<Long, LogSubscription> live = new ConcurrentSkipListMap<>();

  private volatile @Nullable RaftLogException closed;

  /**
   * Makes one.
   *
   * @param threads where subscribers are called
   */
  public Subscriptions(DeliveryThreads threads) {
    this.threads = threads;
  }

  DeliveryThreads threads() {
    return threads;
  }

  long nextNumber() {
    return numbers.incrementAndGet();
  }

  void add(long number, LogSubscription subscription) {
    live.put(number, subscription);
    RaftLogException cause = closed;
    if (cause != null) {
      // Closing may have gone through the map before this was in it.
      subscription.fail(cause);
    }
  }

  void remove(long number) {
    live.remove(number);
  }

  /**
   * Ends every subscription, and every later one at once. Does not wait for subscribers: one that
   * is busy is told when it is done.
   *
   * @param cause what they are told
   */
  public void close(RaftLogException cause) {
    closed = cause;
    live.values().forEach(subscription -> subscription.fail(cause));
  }

  /**
   * How many are not over.
   *
   * @return subscriptions
   */
  public int count() {
    return live.size();
  }
}
