package io.raftlog.internal.node;

import io.raftlog.internal.replica.Callbacks;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes futures on an executor of the application's, or elsewhere if that refuses. Most likely
 * it was shut down before the node, or there is no memory for a thread: then the calling thread
 * does it, since nobody may wait for ever. Whatever the executor throws must not stop a log. Any
 * thread.
 */
final class CallbackExecutor implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackExecutor.class);

  /** A common pool that was left no thread takes tasks that nobody runs; it says that it has 1. */
  private static final Executor ELSEWHERE =
      ForkJoinPool.getCommonPoolParallelism() > 1
          ? ForkJoinPool.commonPool()
          : task -> NodeThreads.mayBlock("raftlog-callbacks").newThread(task).start();

  private final Executor preferred;
  private final boolean endsWithNode;

  /** That it goes on to refuse is no news. */
  private final Seldom warnings = new Seldom();

  /**
   * Makes one.
   *
   * @param preferred where futures complete
   * @param endsWithNode whether it is the node's own: that it refuses when the node is closed is
   *     nobody's mistake
   */
  CallbackExecutor(Executor preferred, boolean endsWithNode) {
    this.preferred = preferred;
    this.endsWithNode = endsWithNode;
  }

  /** Is run once, though an executor may keep what it throws for. */
  private static final class Once implements Runnable {
    private final Runnable task;
    private final AtomicBoolean begun = new AtomicBoolean();

    Once(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (begun.compareAndSet(false, true)) {
        task.run();
      }
    }
  }

  /** Runs the task once. Throws only if there is no memory, and then does not run it. */
  @Override
  public void execute(Runnable given) {
    Once task = new Once(given);
    try {
      preferred.execute(task);
    } catch (Throwable e) {
      try {
        ELSEWHERE.execute(task);
      } catch (Throwable again) {
        Callbacks.run(task);
      }
      boolean isMistake = !endsWithNode || !(e instanceof RejectedExecutionException);
      if (isMistake && warnings.isDue()) {
        warn(e);
      }
    }
  }

  private static void warn(Throwable cause) {
    try {
      LOG.warn("the callback executor refused, futures are completed elsewhere", cause);
    } catch (Throwable e) {
      // There is no memory for a message; the futures are completed all the same.
    }
  }
}
