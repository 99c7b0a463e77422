package io.raftlog.internal.node;

import io.raftlog.internal.replica.Callbacks;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Completes futures on an executor that may have many threads: each task by itself, so that a
 * callback may wait for what another one is told. With one thread they keep their order.
 *
 * <p>Whoever takes a task first asks the executor for the next one. So the executor is called once
 * by the log's loop, however many tasks there are, and otherwise by its own threads.
 */
final class SharedCallbacks implements Callbacks {
  private final Executor executor;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  SharedCallbacks(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    try {
      executeAll(List.of(task));
    } catch (OutOfMemoryError e) {
      Callbacks.run(task); // it is not in the queue, and nobody may wait for ever
    }
  }

  @Override
  public void executeAll(List<Runnable> tasks) {
    Turn turn = new Turn();
    waiting.addAll(tasks);
    if (!turn.handOver()) {
      runNext();
    }
  }

  private void runNext() {
    boolean goesOn = true;
    while (goesOn) {
      Runnable next = waiting.poll();
      if (next == null) {
        return;
      }
      goesOn = !waiting.isEmpty() && !handOver();
      Callbacks.run(next);
    }
  }

  private boolean handOver() {
    try {
      return new Turn().handOver();
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /** Refuses to be run in the midst of being submitted: each would run the next one within it. */
  private final class Turn implements Runnable {
    private final Thread submitter = Thread.currentThread();

    // Known to the submitting thread only.
    private boolean submitted;
    private boolean ranAtOnce;

    /** Returns whether somebody else runs what is next. */
    boolean handOver() {
      try {
        executor.execute(this);
      } catch (OutOfMemoryError e) {
        return false; // then the tasks, which are in the queue already, are run here
      }
      submitted = true;
      return !ranAtOnce;
    }

    @Override
    public void run() {
      if (Thread.currentThread() == submitter && !submitted) {
        ranAtOnce = true;
      } else {
        runNext();
      }
    }
  }
}
