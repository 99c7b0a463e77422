package io.raftlog.internal.node;

import io.raftlog.NodeId;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** A node's executors. They make their threads when they are first used. */
final class NodeThreads {
  /** Reads that wait for a thread; beyond, they are refused, and followers are served later. */
  private static final int MAX_WAITING_READS = 10_000;

  private static final int READ_THREADS = 2;

  /** A thread that has had nothing to do for so long ends. */
  static final int IDLE_SECONDS = 10;

  private NodeThreads() {}

  /**
   * Completes users' futures, in order, one at a time; what waits is bounded by what is in flight.
   */
  static ExecutorService callbacks(NodeId node) {
    return pool("raftlog-" + node + "-callbacks", 1, Integer.MAX_VALUE);
  }

  /** Reads entries from the storage. */
  static ExecutorService blockingReads(NodeId node) {
    return pool("raftlog-" + node + "-reads", READ_THREADS, MAX_WAITING_READS);
  }

  private static ExecutorService pool(String name, int threads, int queueCapacity) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queueCapacity),
            numbered(name, NonBlockingThread::new));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Makes threads for somebody's code that may block. */
  static ThreadFactory mayBlock(String name) {
    return numbered(
        name,
        (task, threadName) -> {
          Thread thread = new Thread(task, threadName);
          thread.setDaemon(true);
          return thread;
        });
  }

  private static ThreadFactory numbered(String name, BiFunction<Runnable, String, Thread> make) {
    AtomicInteger number = new AtomicInteger();
    return task -> make.apply(task, name + "-" + number.incrementAndGet());
  }
}
