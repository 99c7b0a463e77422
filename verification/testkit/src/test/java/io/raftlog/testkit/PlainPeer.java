package io.raftlog.testkit;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportContext;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A {@link PlainTransport}'s way to one peer: a bounded queue, and a thread that empties it. */
final class PlainPeer {
  static final long MAX_QUEUED_BYTES = 36L << 20;

  private static final long FRAME_OVERHEAD_BYTES = 200;
  private static final int CONNECT_MILLIS = 1_000;
  private static final long RECONNECT_NANOS = 20_000_000;
  private static final long FAULTY_WAIT_NANOS = 2_500_000_000L;

  private final TransportContext context;
  private final NodeId peer;
  private final TransportFault fault;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Frame> queue = new ArrayDeque<>();
  private long queuedBytes;
  private volatile @Nullable Socket socket;
  private volatile @Nullable DataOutputStream out;
  private volatile boolean closed;
  private volatile boolean writing;
  private volatile boolean everConnected;
  private boolean waited;

  PlainPeer(TransportContext context, NodeId peer, TransportFault fault) {
    this.context = context;
    this.peer = peer;
    this.fault = fault;
  }

  void send(Frame frame) {
    DataOutputStream direct = out;
    if (fault == TransportFault.WRITES_WITHOUT_A_LOCK && direct != null) {
      try {
        PlainFrames.write(direct, frame, fault);
        direct.flush();
      } catch (IOException e) {
        disconnect();
      }
      return;
    }
    if (fault == TransportFault.CLEARS_INTERRUPTS && Thread.interrupted()) {
      return;
    }
    if (direct == null) {
      becauseNotConnected();
      return;
    }
    lock.lock();
    try {
      long bytes = frame.header().remaining() + frame.bodyBytes() + FRAME_OVERHEAD_BYTES;
      boolean full = queuedBytes + bytes > MAX_QUEUED_BYTES;
      if (full && fault == TransportFault.WAITS_WHEN_THE_QUEUE_IS_FULL && !waited) {
        waited = true;
        LockSupport.parkNanos(FAULTY_WAIT_NANOS);
      } else if (!full || fault == TransportFault.QUEUES_WITHOUT_BOUND) {
        queue.add(frame);
        queuedBytes += bytes;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void becauseNotConnected() {
    if (fault == TransportFault.THROWS_FOR_DEAD_PEERS && everConnected) {
      throw new IllegalStateException(peer + " is dead");
    }
    if (fault == TransportFault.WAITS_FOR_PEERS && !waited) {
      waited = true;
      LockSupport.parkNanos(FAULTY_WAIT_NANOS);
    }
  }

  void waitForWriter() {
    if (waited) {
      return;
    }
    long end = System.nanoTime() + FAULTY_WAIT_NANOS;
    while (writing && System.nanoTime() - end < 0) {
      waited = System.nanoTime() - end > -FAULTY_WAIT_NANOS / 10;
      LockSupport.parkNanos(1_000_000);
    }
  }

  void awaitConnected() {
    long end = System.nanoTime() + FAULTY_WAIT_NANOS / 5;
    while (out == null) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(peer + " cannot be reached");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** The thread. */
  void run() {
    while (!closed) {
      try {
        connect();
        while (true) {
          Frame frame = take();
          if (frame == null) {
            return;
          }
          writing = true;
          DataOutputStream to = Objects.requireNonNull(out);
          PlainFrames.write(to, frame, fault);
          to.flush();
          writing = false;
        }
      } catch (IOException broken) {
        disconnect();
        if (fault == TransportFault.GIVES_UP_BROKEN_CONNECTIONS && everConnected) {
          return;
        }
        LockSupport.parkNanos(RECONNECT_NANOS);
      }
    }
  }

  private void connect() throws IOException {
    Socket made = new Socket();
    socket = made;
    if (closed) {
      throw new IOException("closed");
    }
    made.setTcpNoDelay(true);
    String address = String.valueOf(context.addresses().get(peer));
    made.connect(PlainTransport.parse(address), CONNECT_MILLIS);
    DataOutputStream to =
        new DataOutputStream(new BufferedOutputStream(made.getOutputStream(), 64 << 10));
    PlainFrames.Hello.of(context, peer).write(to);
    to.flush();
    out = to;
    everConnected = true;
  }

  private @Nullable Frame take() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      Frame frame = queue.poll();
      if (frame != null) {
        queuedBytes -= frame.header().remaining() + frame.bodyBytes() + FRAME_OVERHEAD_BYTES;
        changed.signal();
      }
      return closed ? null : frame;
    } finally {
      lock.unlock();
    }
  }

  private void disconnect() {
    writing = false;
    out = null;
    closeSocket();
    lock.lock();
    try {
      queue.clear();
      queuedBytes = 0;
    } finally {
      lock.unlock();
    }
  }

  private void closeSocket() {
    Socket current = socket;
    if (current != null) {
      try {
        current.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  void close() {
    closed = true;
    disconnect();
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
