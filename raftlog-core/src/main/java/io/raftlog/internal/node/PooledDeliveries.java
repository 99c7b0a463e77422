package io.raftlog.internal.node;

import io.raftlog.NodeId;
import io.raftlog.internal.subscription.DeliveryThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node's subscribers are called: a thread for each that is being called, up to a bound, and
 * a queue beyond it. A subscription waits for a thread once at most, which bounds the queue. Any
 * thread.
 */
final class PooledDeliveries implements DeliveryThreads {
  private static final Logger LOG = LoggerFactory.getLogger(PooledDeliveries.class);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Handover waiting = new Handover();
  private final AtomicBoolean lacksThreads = new AtomicBoolean();
  private final ThreadPoolExecutor pool;

  PooledDeliveries(NodeId node, int maxThreads) {
    this(maxThreads, NodeThreads.mayBlock("raftlog-" + node + "-deliveries"));
  }

  PooledDeliveries(int maxThreads, ThreadFactory threads) {
    pool =
        new ThreadPoolExecutor(
            0, maxThreads, NodeThreads.IDLE_SECONDS, TimeUnit.SECONDS, waiting, threads, waiting);
    // The JVM's one thread for this stays once it is there: it must be when no other can be
    // started.
    executeLater(() -> {}, 0);
  }

  /**
   * Takes only what an idle thread takes from it, so that the pool makes more, until it is full.
   */
  private static final class Handover extends LinkedTransferQueue<Runnable>
      implements RejectedExecutionHandler {
    private static final long serialVersionUID = 1;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }

    @Override
    public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
      if (pool.isShutdown()) {
        task.run();
      } else {
        super.offer(task);
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    try {
      pool.execute(task);
    } catch (OutOfMemoryError e) {
      // No thread can be started now. Nobody else would ask for this subscriber's turn again.
      executeLater(() -> execute(task), RETRY_NANOS);
      if (!lacksThreads.getAndSet(true)) {
        LOG.warn("no thread could be started for a subscriber, will try again", e);
      }
      return;
    }
    lacksThreads.set(false);
  }

  @Override
  public void executeLater(Runnable task, long delayNanos) {
    CompletableFuture.delayedExecutor(delayNanos, TimeUnit.NANOSECONDS, Runnable::run)
        .execute(task);
  }

  @Override
  public boolean areShort() {
    return !waiting.isEmpty();
  }

  /** No thread stays longer than its subscriber is busy. Does not wait for that. */
  void shutdown() {
    pool.shutdown();
  }
}
