package io.raftlog.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Threads of a test: what one of them throws is not lost. Owned by the test's thread. */
final class TestThreads {
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();

  void start(Runnable task) {
    Thread thread = new Thread(task, "testkit-" + threads.size());
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((failed, e) -> thrown.add(e));
    threads.add(thread);
    thread.start();
  }

  /** Waits until all have ended, and fails when one of them failed. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    if (!thrown.isEmpty()) {
      AssertionError failure = new AssertionError("a thread of the test failed");
      thrown.forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
