package io.raftlog.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What will happen when, in virtual time. Events of the same instant happen in the order in which
 * they were scheduled.
 */
final class EventQueue {
  private record Event(long timeNanos, long number, Runnable action) {}

  private static final Comparator<Event> ORDER =
      Comparator.comparingLong(Event::timeNanos).thenComparingLong(Event::number);

  private final PriorityQueue<Event> events = new PriorityQueue<>(ORDER);
  private long nowNanos;
  private long nextNumber;

  /** Virtual time since the run began. */
  long nowNanos() {
    return nowNanos;
  }

  void after(long delayNanos, Runnable action) {
    at(nowNanos + Math.max(0, delayNanos), action);
  }

  void at(long timeNanos, Runnable action) {
    events.add(new Event(Math.max(nowNanos, timeNanos), nextNumber++, action));
  }

  /** Lets everything happen up to a time, which it then is. */
  void runUntil(long timeNanos) {
    for (Event next = events.peek(); next != null && next.timeNanos <= timeNanos; ) {
      events.remove();
      nowNanos = next.timeNanos;
      next.action.run();
      next = events.peek();
    }
    nowNanos = timeNanos;
  }

  /** How many events have been scheduled. */
  long scheduled() {
    return nextNumber;
  }
}
