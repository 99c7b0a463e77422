package io.raftlog.internal.node;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
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

  /** Whether it refused the last task: that it goes on to do so is no news. */
  private volatile boolean refuses;

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

  /** Runs the task, and throws only what the task throws. */
  @Override
  public void execute(Runnable task) {
    try {
      preferred.execute(task);
      if (refuses) {
        refuses = false;
      }
    } catch (RuntimeException | Error e) {
      boolean isNews = !refuses;
      refuses = true;
      try {
        ELSEWHERE.execute(task);
      } catch (RuntimeException | Error again) {
        task.run();
      }
      if (isNews && (!endsWithNode || !(e instanceof RejectedExecutionException))) {
        warn(e);
      }
    }
  }

  private static void warn(Throwable cause) {
    try {
      LOG.warn("the callback executor refused, futures are completed elsewhere", cause);
    } catch (RuntimeException | Error e) {
      // There is no memory for a message; the futures are completed all the same.
    }
  }
}
