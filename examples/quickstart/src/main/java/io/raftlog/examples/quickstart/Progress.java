package io.raftlog.examples.quickstart;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows how far something is, again and again, until it is stopped. */
final class Progress {
  private final Console console;
  private final Supplier<String> line;
  private final Duration interval;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = new Thread(this::show, "progress");

  Progress(Console console, Supplier<String> line, Duration interval) {
    this.console = console;
    this.line = line;
    this.interval = interval;
    thread.setDaemon(true);
    thread.start();
  }

  private void show() {
    try {
      while (!stopped.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        console.update(line.get());
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; without progress everything else still works.
      Thread.currentThread().interrupt();
    }
  }

  void stop() {
    stopped.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    console.erase();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
