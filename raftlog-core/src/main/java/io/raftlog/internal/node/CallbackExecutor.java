package io.raftlog.internal.node;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
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

  CallbackExecutor(Executor preferred) {
    this.preferred = preferred;
  }

  /** Runs the task, and throws only what the task throws. */
  @Override
  public void execute(Runnable task) {
    try {
      preferred.execute(task);
    } catch (RuntimeException | Error e) {
      LOG.warn("the callback executor refused, futures are completed elsewhere", e);
      try {
        ForkJoinPool.commonPool().execute(task);
      } catch (RuntimeException | Error again) {
        task.run();
      }
    }
  }
}
