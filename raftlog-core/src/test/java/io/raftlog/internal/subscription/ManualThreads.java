package io.raftlog.internal.subscription;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Runs what it is given when the test says so. */
final class ManualThreads implements DeliveryThreads {
  final List<Long> delays = new ArrayList<>();
  boolean shortOfThreads;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void executeLater(Runnable task, long delayNanos) {
    delays.add(delayNanos);
    later.add(task);
  }

  @Override
  public boolean areShort() {
    return shortOfThreads;
  }

  /** How many tasks it took. */
  int runAll() {
    int count = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      count++;
    }
    return count;
  }

  void runOne() {
    tasks.remove().run();
  }

  /** The delay of what is to be run later is over. */
  void runLater() {
    later.remove().run();
    runAll();
  }
}
