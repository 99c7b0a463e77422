package io.raftlog.internal.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outcomes on their way to users. They are collected while the loop works and handed to the
 * callback executor together, so that no user's code runs on the loop; unless there is no thread
 * left at all. Owned by the loop thread, but for {@link #run}.
 */
public final class Completions {
  private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

  private final Executor executor;
  private List<Runnable> collected = new ArrayList<>();

  Completions(Executor executor) {
    this.executor = executor;
  }

  <T> void complete(CompletableFuture<T> future, T value) {
    add(() -> future.complete(value));
  }

  void fail(CompletableFuture<?> future, RuntimeException cause) {
    add(() -> future.completeExceptionally(cause));
  }

  /** Something that completes a future, and must not be done before. */
  void add(Runnable outcome) {
    collected.add(outcome);
  }

  void flush() {
    if (collected.isEmpty()) {
      return;
    }
    List<Runnable> batch = collected;
    collected = new ArrayList<>();
    run(executor, () -> batch.forEach(Runnable::run));
  }

  /**
   * Runs a task on an executor of the application's, or elsewhere if that refuses. Most likely it
   * was shut down before the node, or there is no memory for a thread: then the calling thread runs
   * it, since nobody may wait for ever. Whatever the executor throws must not stop the log. Any
   * thread.
   *
   * @param executor where it should run
   * @param task completes futures
   */
  public static void run(Executor executor, Runnable task) {
    try {
      executor.execute(task);
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
