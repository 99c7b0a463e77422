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

  private final Executor preferred;
  private final boolean endsWithNode;

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
    } catch (RuntimeException | Error e) {
      if (!endsWithNode || !(e instanceof RejectedExecutionException)) {
        LOG.warn("the callback executor refused, futures are completed elsewhere", e);
      }
      try {
        ForkJoinPool.commonPool().execute(task);
      } catch (RuntimeException | Error again) {
        task.run();
      }
    }
  }
}
