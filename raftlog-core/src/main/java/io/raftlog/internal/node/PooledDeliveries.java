package io.raftlog.internal.node;

import io.raftlog.NodeId;
import io.raftlog.internal.subscription.DeliveryThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where a node's subscribers are called: a thread for each that is being called, up to a bound, and
 * a queue beyond it. A subscription waits for a thread once at most, which bounds the queue. Any
 * thread.
 */
final class PooledDeliveries implements DeliveryThreads {
  private final Handover waiting = new Handover();
  private final ThreadPoolExecutor pool;

  PooledDeliveries(NodeId node, int maxThreads) {
    pool =
        new ThreadPoolExecutor(
            0,
            maxThreads,
            NodeThreads.IDLE_SECONDS,
            TimeUnit.SECONDS,
            waiting,
            NodeThreads.mayBlock("raftlog-" + node + "-deliveries"),
            waiting);
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
    pool.execute(task);
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
