package io.raftlog.internal.replica;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Waiting reads by the time when they have waited long enough. Owned by the loop thread. Reads that
 * are told before stay for a while, since taking each out would cost a search: they are swept when
 * they are the larger part.
 */
final class DueReads {
  /** Fewer are not worth a sweep. */
  private static final int MIN_SWEPT = 1024;

  private final PriorityQueue<WaitingRead> reads =
      new PriorityQueue<>((left, right) -> Long.signum(left.deadlineNanos - right.deadlineNanos));

  /** How many of them are over. */
  private int over;

  void add(WaitingRead read) {
    reads.add(read);
  }

  void remove(WaitingRead read) {
    reads.remove(read);
  }

  /** So many more are over. */
  void ended(int count) {
    over += count;
    if (over >= MIN_SWEPT && over > reads.size() / 2) {
      reads.removeIf(WaitingRead::isOver);
      over = 0;
    }
  }

  /** One that is due, or null; it does not wait here any longer. */
  @Nullable WaitingRead pollDue(long nowNanos) {
    WaitingRead first = first();
    return first != null && nowNanos - first.deadlineNanos >= 0 ? reads.poll() : null;
  }

  /** When the first one is due, or null if there is none. */
  @Nullable Long nextNanos() {
    WaitingRead first = first();
    return first == null ? null : first.deadlineNanos;
  }

  /** The one that is due first, or null if there is none. */
  @Nullable WaitingRead first() {
    WaitingRead first = reads.peek();
    while (first != null && first.isOver()) {
      reads.poll();
      over--;
      first = reads.peek();
    }
    return first;
  }
}
