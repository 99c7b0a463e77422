package io.raftlog.internal.node;

import io.raftlog.NodeId;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
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

  /** How long a closing node waits for reads, and for callbacks: they may block. */
  private static final int MOST_SECONDS_TO_END = 5;

  /** Callbacks may give an executor more for ever, by calling what is refused again. */
  private static final int MOST_ROUNDS_TO_END = 100;

  private NodeThreads() {}

  /**
   * Completes users' futures, in order, one at a time; what waits is bounded by what is in flight.
   */
  static ThreadPoolExecutor callbacks(NodeId node) {
    return pool("raftlog-" + node + "-callbacks", 1, Integer.MAX_VALUE);
  }

  /** Reads entries from the storage. */
  static ExecutorService blockingReads(NodeId node) {
    return pool("raftlog-" + node + "-reads", READ_THREADS, MAX_WAITING_READS);
  }

  private static ThreadPoolExecutor pool(String name, int threads, int queueCapacity) {
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

  /** Lack of a thread is lack of room: whoever asks again later may have better luck. */
  static void executeOrRefuse(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (OutOfMemoryError e) {
      throw new RejectedExecutionException("no thread could be started", e);
    }
  }

  /** Ends an executor of one thread when it has run what it was given, and what that gives it. */
  static void endWhenDone(ThreadPoolExecutor pool) {
    endWhenDone(pool, MOST_ROUNDS_TO_END);
  }

  private static void endWhenDone(ThreadPoolExecutor pool, int rounds) {
    try {
      pool.execute(
          () -> {
            if (rounds == 0 || pool.getQueue().isEmpty()) {
              pool.shutdown();
            } else {
              endWhenDone(pool, rounds - 1);
            }
          });
    } catch (Throwable e) {
      pool.shutdown(); // no memory for a thread, so there is nothing to run either
    }
  }

  /**
   * Waits until an executor that was told to end has done so, but not for ever, and not at all on a
   * thread of a node's, which may be one of its own. Does not return early for an interrupt.
   */
  static void awaitEnd(ExecutorService pool) {
    if (Thread.currentThread() instanceof NonBlockingThread) {
      return;
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_TO_END);
    // Without time left this only looks.
    uninterruptibly(
        () -> {
          var unused = pool.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        });
  }

  /** Something to wait for. */
  interface Wait {
    void await() throws InterruptedException;
  }

  /** Waits, again if it is interrupted, and leaves the thread interrupted then. */
  static void uninterruptibly(Wait wait) {
    boolean interrupted = false;
    for (boolean over = false; !over; ) {
      try {
        wait.await();
        over = true;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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
