package io.raftlog.netty;

import io.raftlog.spi.Frame.Priority;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait for one connection, in two lanes, bounded in bytes. Any thread offers; only
 * the connection's event loop polls.
 */
final class OutboundQueue {
  /**
   * The part of the limit that only control frames may use: a sixteenth. Otherwise a follower that
   * cannot keep up with entries would stop getting heartbeats, and call for an election.
   */
  static final int CONTROL_SHARE = 16;

  private final ConcurrentLinkedQueue<FrameCursor> control = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<FrameCursor> bulk = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final long maxBytes;

  OutboundQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** How much of a queue's limit bulk frames may use, in bytes. */
  static long bulkShareOf(long maxBytes) {
    return maxBytes - maxBytes / CONTROL_SHARE;
  }

  /** Adds a frame, or returns false when that would exceed the limit. */
  boolean offer(FrameCursor frame) {
    return switch (frame.priority()) {
      case CONTROL -> reserve(frame.costBytes(), maxBytes) && control.add(frame);
      case BULK -> reserve(frame.costBytes(), bulkShareOf(maxBytes)) && bulk.add(frame);
    };
  }

  private boolean reserve(int cost, long limit) {
    if (bytes.addAndGet(cost) <= limit) {
      return true;
    }
    bytes.addAndGet(-cost);
    return false;
  }

  /** Takes the lane's first frame, or null; it counts until {@link #release}. */
  @Nullable FrameCursor poll(Priority lane) {
    return switch (lane) {
      case CONTROL -> control.poll();
      case BULK -> bulk.poll();
    };
  }

  /** The frame was packed entirely. */
  void release(FrameCursor frame) {
    bytes.addAndGet(-frame.costBytes());
  }

  boolean isEmpty() {
    return control.isEmpty() && bulk.isEmpty();
  }

  /** What waits, frames that are partly packed included, in bytes. */
  long bytes() {
    return bytes.get();
  }
}
