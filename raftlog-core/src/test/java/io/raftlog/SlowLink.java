package io.raftlog;

import io.raftlog.spi.Frame;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One direction between two nodes that carries only so many bytes a second, as an SPI transport
 * should: control frames go between the pieces of a bulk frame, and when too much waits, bulk
 * frames are dropped. Nothing else is lost. One thread of its own.
 */
final class SlowLink implements AutoCloseable {
  private static final int PIECE_BYTES = 64 << 10;
  private static final int MAX_BULK_BYTES = 32 << 20;

  private record Sent(int bytes, Runnable arrival) {}

  private final Queue<Sent> control = new ConcurrentLinkedQueue<>();
  private final Queue<Sent> bulk = new ConcurrentLinkedQueue<>();
  private final AtomicLong bulkBytes = new AtomicLong();
  private final Thread thread = new Thread(this::carryAll, "test-slow-link");
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private volatile boolean closed;

  /** When the link has carried everything so far; the thread's alone. */
  private long freeNanos;

  SlowLink() {
    thread.setDaemon(true);
    thread.start();
  }

  void bytesPerSecond(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  /** Calls back, from its thread, when the frame is through. */
  void send(Frame frame, Runnable arrival) {
    Sent sent = new Sent(frame.header().remaining() + frame.bodyBytes(), arrival);
    if (frame.priority() == Frame.Priority.CONTROL) {
      control.add(sent);
    } else if (bulkBytes.addAndGet(sent.bytes()) <= MAX_BULK_BYTES) {
      bulk.add(sent);
    } else {
      bulkBytes.addAndGet(-sent.bytes());
    }
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void carryAll() {
    freeNanos = System.nanoTime();
    while (!closed) {
      carryControl();
      Sent next = bulk.poll();
      if (next == null) {
        LockSupport.park(this);
        freeNanos = Math.max(freeNanos, System.nanoTime());
        continue;
      }
      for (int left = next.bytes(); left > 0 && !closed; left -= PIECE_BYTES) {
        carryControl();
        carry(Math.min(left, PIECE_BYTES));
      }
      bulkBytes.addAndGet(-next.bytes());
      next.arrival().run();
    }
  }

  private void carryControl() {
    Sent next;
    while ((next = control.poll()) != null) {
      carry(next.bytes());
      next.arrival().run();
    }
  }

  /** Time that the thread has slept for too long is made up for. */
  private void carry(int bytes) {
    freeNanos += bytes * 1_000_000_000L / bytesPerSecond;
    long wait;
    while (!closed && (wait = freeNanos - System.nanoTime()) > 0) {
      LockSupport.parkNanos(this, wait);
    }
  }
}
