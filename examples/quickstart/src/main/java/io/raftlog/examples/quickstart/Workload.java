package io.raftlog.examples.quickstart;

import io.raftlog.AppendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Several producers, each with a thread and a node to begin with, publish all lines between them;
 * in the middle of it the leader is killed. Thread-safe.
 */
final class Workload {
  private static final int MAX_PRODUCERS = 3;
  private static final int MAX_WINDOW = 512;

  /** Nothing was acknowledged for so long: something is broken. Far longer than an election. */
  private static final Duration STALL_LIMIT = Duration.ofSeconds(60);

  private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

  private final Cluster cluster;
  private final long killAfter;
  private final int window;
  private final List<Ledger> ledgers = new ArrayList<>();
  private final Resender resender;
  private final FailoverClock clock = new FailoverClock();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong repeated = new AtomicLong();
  private final CompletableFuture<Member> killed = new CompletableFuture<>();
  private final CompletableFuture<Duration> published = new CompletableFuture<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  /**
   * Prepares it. Of few lines at most a quarter is in flight at once, so that there is something
   * left to append after the kill.
   */
  Workload(Cluster cluster, Lines lines, long records) {
    this.cluster = cluster;
    this.killAfter = records / 2;
    int producers = (int) Math.max(1, Math.min(MAX_PRODUCERS, records / 4));
    this.window = (int) Math.max(1, Math.min(MAX_WINDOW, records / (4L * producers)));
    for (int i = 0; i < producers; i++) {
      ledgers.add(new Ledger("producer-" + (i + 1), new Share(lines, records, i, producers)));
    }
    this.resender = new Resender(cluster.logs(), window);
  }

  /** Begins to publish; returns at once. */
  void start() {
    long beganNanos = System.nanoTime();
    List<CompletableFuture<Void>> publishers = new ArrayList<>();
    for (int i = 0; i < ledgers.size(); i++) {
      Ledger ledger = ledgers.get(i);
      Publisher publisher =
          new Publisher(
              ledger.producerId(),
              ledger.source(),
              0,
              new NodeChoice(cluster.logs(), i),
              window,
              acknowledgement -> onAcknowledged(ledger, acknowledgement));
      publishers.add(inThread(ledger.producerId(), publisher::run));
    }
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(publishers.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> published.complete(Duration.ofNanos(System.nanoTime() - beganNanos)));
  }

  /** Something that runs in a thread of its own. */
  private interface Task {
    void run() throws InterruptedException;
  }

  private CompletableFuture<Void> inThread(String name, Task task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
                done.complete(null);
              } catch (RuntimeException | InterruptedException e) {
                failure.complete(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private void onAcknowledged(Ledger ledger, Acknowledgement acknowledgement)
      throws InterruptedException {
    AppendResult result = acknowledgement.result();
    ledger.acknowledged(acknowledgement.sequence(), result.offset());
    if (result.outcome() == AppendResult.Outcome.DUPLICATE) {
      repeated.incrementAndGet();
    }
    clock.acknowledged(acknowledgement);
    if (acknowledged.incrementAndGet() == killAfter) {
      killLeader();
    }
    resender.offer(acknowledgement, ledger.source());
  }

  /** Kills whoever leads. Until it returns the caller appends nothing; the other producers do. */
  void killLeader() throws InterruptedException {
    Member leader = cluster.awaitLeader();
    leader.kill(clock);
    killed.complete(leader);
  }

  /** Waits for the kill, and says who was killed. */
  Member awaitKill() throws InterruptedException {
    return await(killed);
  }

  /** Waits for the first append after the kill, and says how long it took. */
  Duration awaitFailover() throws InterruptedException {
    return await(clock.failover());
  }

  /** Waits until every line is acknowledged, and says how long all that took, failover included. */
  Duration awaitPublished() throws InterruptedException {
    return await(published);
  }

  /** Waits until every deliberate duplicate is answered. */
  Resender.Outcome awaitResent() throws InterruptedException {
    return resender.finish();
  }

  private <T> T await(CompletableFuture<T> event) throws InterruptedException {
    long seen = acknowledged.get();
    long seenNanos = System.nanoTime();
    while (true) {
      try {
        return event.get(CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        throw new IllegalStateException("this event only happens or does not", e);
      } catch (TimeoutException e) {
        if (failure.isDone()) {
          Throwable cause = failure.join();
          throw new ExampleException("publishing cannot go on: " + cause, cause);
        }
        if (acknowledged.get() != seen) {
          seen = acknowledged.get();
          seenNanos = System.nanoTime();
        } else if (System.nanoTime() - seenNanos > STALL_LIMIT.toNanos()) {
          throw new ExampleException(
              "nothing was acknowledged for " + STALL_LIMIT.toSeconds() + " s", e);
        }
      }
    }
  }

  List<Ledger> ledgers() {
    return ledgers;
  }

  int window() {
    return window;
  }

  /** After how many acknowledged records the leader is killed; 0: before the first. */
  long killAfter() {
    return killAfter;
  }

  /** How many records were acknowledged until now. */
  long acknowledged() {
    return acknowledged.get();
  }

  /**
   * How many records the producers appended again after a failure although they were in the log,
   * and were told so.
   */
  long repeated() {
    return repeated.get();
  }
}
