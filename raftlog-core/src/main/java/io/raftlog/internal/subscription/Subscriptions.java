package io.raftlog.internal.subscription;

import io.raftlog.RaftLogException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions that are not over, so that all of them end together: a node's when it is closed,
 * and some of them before that. Any thread.
 */
public final class Subscriptions {
  private final DeliveryThreads threads;
  private final AtomicLong numbers;

  /** To which these belong too; null for a node's. */
  private final @Nullable Subscriptions all;

  /** By number, which also is the order in which they end. */
  private final ConcurrentSkipListMap<Long, LogSubscription> live = new ConcurrentSkipListMap<>();

  private volatile @Nullable RaftLogException closed;

  /**
   * Makes one for a node.
   *
   * @param threads where subscribers are called
   */
  public Subscriptions(DeliveryThreads threads) {
    this(threads, new AtomicLong(), null);
  }

  private Subscriptions(DeliveryThreads threads, AtomicLong numbers, @Nullable Subscriptions all) {
    this.threads = threads;
    this.numbers = numbers;
    this.all = all;
  }

  /**
   * Some of these, which can be closed without the others, and are closed with them.
   *
   * @return none yet
   */
  public Subscriptions some() {
    return new Subscriptions(threads, numbers, this);
  }

  DeliveryThreads threads() {
    return threads;
  }

  long nextNumber() {
    return numbers.incrementAndGet();
  }

  void add(long number, LogSubscription subscription) {
    live.put(number, subscription);
    if (all != null) {
      all.add(number, subscription);
    }
    RaftLogException cause = closed;
    if (cause != null) {
      // Closing may have gone through the map before this was in it.
      subscription.fail(cause);
    }
  }

  void remove(long number) {
    live.remove(number);
    if (all != null) {
      all.remove(number);
    }
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
