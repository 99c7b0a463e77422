package io.raftlog.simulation;

import io.raftlog.spi.Frame;
import java.util.EnumMap;
import java.util.Map;

/**
 * What frames meet on the way from one node to another. Bulk frames leave one after the other, as
 * fast as the link carries them, and are dropped when too much waits; control frames wait for none
 * of them.
 */
final class Direction {
  private static final long SECOND = 1_000_000_000L;

  private final long distance;
  private final double lossiness;
  private final Settings.RateSettings rate;
  private final Map<Frame.Priority, Long> lastArrivals = new EnumMap<>(Frame.Priority.class);

  /** When the last bulk frame that was sent has left. */
  private long freeAtNanos;

  Direction(long distance, double lossiness, Settings.RateSettings rate) {
    this.distance = distance;
    this.lossiness = lossiness;
    this.rate = rate;
  }

  /** How much longer than others messages take here; mostly they do not. */
  long distance() {
    return distance;
  }

  /** How much more often than others they are lost. */
  double lossiness() {
    return lossiness;
  }

  /** A frame that is too long finds room when nothing else waits: it could never be sent else. */
  boolean hasRoom(Frame frame, long nowNanos) {
    return frame.priority() == Frame.Priority.CONTROL
        || freeAtNanos <= nowNanos
        || freeAtNanos - nowNanos + nanosFor(bytes(frame)) <= nanosFor(rate.maxQueuedBytes());
  }

  /** When a frame has left that is sent now. */
  long departure(Frame frame, long nowNanos) {
    if (frame.priority() == Frame.Priority.CONTROL) {
      return nowNanos + nanosFor(bytes(frame));
    }
    freeAtNanos = Math.max(freeAtNanos, nowNanos) + nanosFor(bytes(frame));
    return freeAtNanos;
  }

  /** The connection broke: what waited is gone with it. */
  void clear() {
    freeAtNanos = 0;
  }

  /** When the frame arrives that arrived last of this priority, by now. */
  long lastArrival(Frame.Priority priority) {
    return lastArrivals.getOrDefault(priority, 0L);
  }

  void arrives(Frame.Priority priority, long atNanos) {
    lastArrivals.merge(priority, atNanos, Math::max);
  }

  private long nanosFor(long bytes) {
    return (long) ((double) bytes / rate.bytesPerSecond() * SECOND);
  }

  private static long bytes(Frame frame) {
    return (long) frame.header().remaining() + frame.bodyBytes();
  }
}
