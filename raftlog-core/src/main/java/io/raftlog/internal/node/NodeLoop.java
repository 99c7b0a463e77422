package io.raftlog.internal.node;

import io.raftlog.NodeId;
import io.raftlog.internal.replica.Replica;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that does the work of all replicas of a node. It sleeps until the next deadline or
 * until somebody wakes it, and ends by itself when every replica is closed.
 */
final class NodeLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Thread thread;
  private List<Replica> replicas = List.of();

  /** Set by whoever brings work; cleared before work is looked for, so that none is overlooked. */
  private volatile boolean woken;

  private volatile boolean sleeping;
  private volatile boolean closing;

  /** Whether it is not the first pause in a row. */
  private boolean isPausing;

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
      try {
        ended = comeRound();
      } catch (Throwable e) {
        pause(e);
      }
    }
  }

  /** Returns whether it was the last round. */
  private boolean comeRound() {
    woken = false;
    long now = System.nanoTime();
    boolean allClosed = true;
    @Nullable Throwable thrown = null;
    for (Replica replica : replicas) {
      try {
        replica.doWork(now);
      } catch (Throwable e) {
        thrown = e; // that is no reason for the other logs not to go on
      }
      allClosed &= replica.isClosed();
    }
    if (closing && allClosed) {
      return true;
    }
    if (thrown == null) {
      isPausing = false;
      sleepUntil(nextDeadlineNanos(now));
    } else {
      pause(thrown);
    }
    return false;
  }

  /** There is no memory, as a rule. Somebody may give some back; callers wait to be told. */
  private void pause(Throwable thrown) {
    boolean isNews = !isPausing;
    isPausing = true;
    try {
      if (isNews) {
        LOG.error(
            "thread={} cannot go on for the moment, will try again", thread.getName(), thrown);
      }
    } catch (Throwable e) {
      // There is no memory for this either.
    }
    LockSupport.parkNanos(this, PAUSE_NANOS);
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
