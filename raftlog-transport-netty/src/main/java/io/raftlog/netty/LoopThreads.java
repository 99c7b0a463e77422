package io.raftlog.netty;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Makes the event loops' threads, and knows them, so that they can be waited for. Daemons: whether
 * a process goes on is not for its transport to say. Any thread may call it.
 */
final class LoopThreads implements ThreadFactory {
  private final String prefix;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  LoopThreads(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new FastThreadLocalThread(task, prefix + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  /** Whether the caller is one of these threads. */
  boolean isCurrent() {
    return threads.contains(Thread.currentThread());
  }

  /** Waits until they have ended, or until the deadline; an interrupt is kept for later. */
  void join(long deadlineNanos) {
    boolean interrupted = Thread.interrupted();
    for (Thread thread : threads) {
      long left = deadlineNanos - System.nanoTime();
      while (thread.isAlive() && left > 0) {
        try {
          TimeUnit.NANOSECONDS.timedJoin(thread, left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = deadlineNanos - System.nanoTime();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
