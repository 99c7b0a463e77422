package io.raftlog.benchmarks.failover;

import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.contender.Replica;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Appends one record after another through one replica, whenever it takes appends, until it is
 * stopped. Has a thread of its own.
 */
final class AppendLoop {
  /** Whoever takes no appends is not asked again at once. */
  private static final long PAUSE_MILLIS = 10;

  /** An append without an outcome is no longer waited for; its acknowledgement still counts. */
  private static final long PATIENCE_MILLIS = 1_000;

  private final Replica replica;
  private final Payloads payloads;
  private final Listener listener;
  private final Thread thread = new Thread(this::run, "load");
  private volatile boolean stopped;
  private long next;

  /** Is told of acknowledgements, by threads of the replica. */
  interface Listener {
    /** A record was acknowledged; times are of {@link System#nanoTime}. */
    void acknowledged(long number, long calledNanos, long acknowledgedNanos);
  }

  AppendLoop(Replica replica, Payloads payloads, long firstNumber, Listener listener) {
    this.replica = replica;
    this.payloads = payloads;
    this.next = firstNumber;
    this.listener = listener;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** No append is called after the one under way. Does not block. */
  void stop() {
    stopped = true;
  }

  private void run() {
    try {
      while (!stopped) {
        if (!replica.takesAppends() || !append(next++)) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean append(long number) throws InterruptedException {
    byte[] payload = payloads.create(number);
    long calledNanos = System.nanoTime();
    try {
      replica
          .append(payload)
          .thenRun(() -> listener.acknowledged(number, calledNanos, System.nanoTime()))
          .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
