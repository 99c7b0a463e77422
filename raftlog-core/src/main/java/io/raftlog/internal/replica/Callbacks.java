package io.raftlog.internal.replica;

import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/** Where users' futures complete; refuses nothing. Any thread. */
public interface Callbacks extends Executor {
  /**
   * Runs several tasks, begun in their order. One that blocks keeps no other one waiting for which
   * there is a thread. Throws only if there is no memory, and then runs none of them.
   *
   * @param tasks none of them throws, but for want of memory
   */
  void executeAll(List<Runnable> tasks);

  /**
   * For one thread, or for what does one thing after the other like one: there several tasks may as
   * well be one.
   *
   * @param executor where everything is run
   * @return the same
   */
  static Callbacks onOneThread(Executor executor) {
    return new Callbacks() {
      @Override
      public void execute(Runnable task) {
        executor.execute(task);
      }

      @Override
      public void executeAll(List<Runnable> tasks) {
        executor.execute(() -> tasks.forEach(Callbacks::run));
      }
    };
  }

  /**
   * Runs a task. Does not throw, so that the others are run, and each of them once.
   *
   * @param task throws, if at all, for want of memory
   */
  static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      try {
        LoggerFactory.getLogger(Callbacks.class).error("somebody could not be told an outcome", e);
      } catch (Throwable again) {
        // There is no memory for a message either.
      }
    }
  }
}
