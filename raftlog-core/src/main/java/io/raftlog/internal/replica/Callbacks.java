package io.raftlog.internal.replica;

import java.util.List;
import java.util.concurrent.Executor;

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
        executor.execute(() -> runEach(tasks));
      }
    };
  }

  private static void runEach(List<Runnable> tasks) {
    Error first = null;
    for (Runnable task : tasks) {
      try {
        task.run();
      } catch (Error e) {
        first = e; // the others' callers wait too
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
