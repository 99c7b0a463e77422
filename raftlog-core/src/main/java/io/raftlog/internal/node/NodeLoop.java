package io.raftlog.internal.node;

import io.raftlog.NodeId;
import io.raftlog.internal.replica.Replica;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that does the work of all replicas of a node. It sleeps until the next deadline or
 * until somebody wakes it, and ends by itself when every replica is closed.
 */
final class NodeLoop implements Runnable {
  private final Thread thread;
  private List<Replica> replicas = List.of();

  /** Set by whoever brings work; cleared before work is looked for, so that none is overlooked. */
  private volatile boolean woken;

  private volatile boolean sleeping;
  private volatile boolean closing;

  NodeLoop(NodeId node) {
    thread = new NonBlockingThread(this, "raftlog-" + node);
  }

  void start(List<Replica> nodeReplicas) {
    replicas = nodeReplicas;
    thread.start();
  }

  /** Makes the loop come round soon; any thread. */
  void wakeUp() {
    woken = true;
    if (sleeping) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void run() {
    boolean ended = false;
    while (!ended) {
      woken = false;
      long now = System.nanoTime();
      boolean allClosed = true;
      for (Replica replica : replicas) {
        replica.doWork(now);
        allClosed &= replica.isClosed();
      }
      ended = closing && allClosed;
      if (!ended) {
        sleepUntil(nextDeadlineNanos(now));
      }
    }
  }

  private long nextDeadlineNanos(long now) {
    long next = Long.MAX_VALUE;
    for (Replica replica : replicas) {
      next = Math.min(next, replica.nextDeadlineNanos(now) - now);
    }
    return now + next;
  }

  private void sleepUntil(long deadlineNanos) {
    sleeping = true;
    long delay = deadlineNanos - System.nanoTime();
    if (!woken && delay > 0) {
      LockSupport.parkNanos(this, delay);
    }
    sleeping = false;
    // An interrupt of this thread is nobody's business; without clearing it parking would not park.
    boolean ignored = Thread.interrupted();
  }

  /** Closes every replica and waits until that is done; does not return early for an interrupt. */
  void close() {
    closing = true;
    replicas.forEach(Replica::beginClose);
    wakeUp();
    NodeThreads.uninterruptibly(thread::join);
  }
}
