package io.raftlog.benchmarks.load;

import io.raftlog.benchmarks.contender.AppendTarget;
import io.raftlog.benchmarks.contender.Payloads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: one thread appends, and never has more than so many records without an outcome.
 * The load does not pause between warm-up and measurement. Used by one thread, which waits while
 * the loop's own thread appends.
 *
 * <p>Since the next append waits for room, a stall delays few appends and shows in the highest
 * percentiles only; what was not sent meanwhile is not counted as late.
 */
public final class AppendRun implements AutoCloseable {
  /** Latencies are kept with three digits up to two minutes; longer ones count as these. */
  private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(2);

  private static final int DIGITS = 3;

  /** Whoever has no leader is not asked again at once. */
  private static final long FAILURE_PAUSE_MILLIS = 10;

  /** How long the first append may take, when nothing is warm. */
  private static final Duration FIRST_LIMIT = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 10;

  /** How long the last appends may take after the load. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

  private final AppendTarget target;
  private final Payloads payloads;
  private final int inFlight;
  private final Semaphore room;
  private final Recorder latencies = new Recorder(HIGHEST_NANOS, DIGITS);
  private final LongAdder acknowledged = new LongAdder();
  private final Set<Long> failed = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::appendUntilStopped, "load");
  private volatile boolean stopped;
  private volatile boolean failedSinceLeader;
  private volatile @Nullable Throwable firstFailure;
  private long appended;

  /**
   * Prepares a load.
   *
   * @param target started
   * @param payloads what to append
   * @param inFlight how many appends may be without an outcome, at least 1
   */
  public AppendRun(AppendTarget target, Payloads payloads, int inFlight) {
    this.target = target;
    this.payloads = payloads;
    this.inFlight = inFlight;
    this.room = new Semaphore(inFlight);
  }

  /** Begins to append. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits for so long, and then until something was acknowledged, a minute at most.
   *
   * @param duration how long
   * @throws InterruptedException when interrupted
   */
  public void warmUp(Duration duration) throws InterruptedException {
    Thread.sleep(duration.toMillis());
    long startNanos = System.nanoTime();
    while (acknowledged() == 0 && System.nanoTime() - startNanos < FIRST_LIMIT.toNanos()) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  /**
   * Measures while the load goes on. Blocks.
   *
   * @param duration how long
   * @return what happened between call and return
   * @throws InterruptedException when interrupted
   */
  public Window measure(Duration duration) throws InterruptedException {
    return measure(() -> Thread.sleep(duration.toMillis()));
  }

  /**
   * Measures while the load goes on and something else is done. Blocks.
   *
   * @param meanwhile what is done by the calling thread
   * @return what happened between call and return
   * @throws InterruptedException when interrupted
   */
  public Window measure(Action meanwhile) throws InterruptedException {
    latencies.reset();
    long before = acknowledged.sum();
    ProcessCounters countersBefore = ProcessCounters.now();
    meanwhile.run();
    ProcessCounters used = ProcessCounters.now().minus(countersBefore);
    long count = acknowledged.sum() - before;
    return new Window(count, latencies.getIntervalHistogram(), used);
  }

  /** How many appends were acknowledged so far. */
  public long acknowledged() {
    return acknowledged.sum();
  }

  /**
   * Stops the load and waits for every outcome. Blocks.
   *
   * @return what was appended altogether
   * @throws InterruptedException when interrupted
   */
  public Totals stop() throws InterruptedException {
    stopped = true;
    // Waits for room if there is none, and so for an outcome.
    thread.join(DRAIN_LIMIT.toMillis());
    boolean drained = room.tryAcquire(inFlight, DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    long unresolved = drained ? 0 : inFlight - room.availablePermits();
    return new Totals(appended, Set.copyOf(failed), unresolved, firstFailure);
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
  }

  private void appendUntilStopped() {
    try {
      int taken = 0;
      while (!stopped) {
        if (taken == 0) {
          room.acquire();
          taken = 1 + room.drainPermits();
        }
        if (failedSinceLeader) {
          failedSinceLeader = false;
          Thread.sleep(FAILURE_PAUSE_MILLIS);
          target.awaitLeader();
        }
        if (!stopped) {
          append(appended++);
          taken--;
        }
      }
      room.release(taken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // Nothing more is appended, so that the run ends with appends that have no outcome.
      firstFailure = e;
    }
  }

  private void append(long number) {
    byte[] payload = payloads.create(number);
    long startNanos = System.nanoTime();
    try {
      var unused =
          target
              .append(payload)
              .whenComplete((result, failure) -> complete(number, startNanos, failure));
    } catch (RuntimeException e) {
      complete(number, startNanos, e);
    }
  }

  private void complete(long number, long startNanos, @Nullable Throwable failure) {
    if (failure == null) {
      latencies.recordValue(Math.min(System.nanoTime() - startNanos, HIGHEST_NANOS));
      acknowledged.increment();
    } else {
      failed.add(number);
      failedSinceLeader = true;
      if (firstFailure == null) {
        firstFailure = failure;
      }
    }
    room.release();
  }

  /** Something that takes a while. */
  @FunctionalInterface
  public interface Action {
    /** Does it. Blocks. */
    void run() throws InterruptedException;
  }

  /**
   * What happened while it was measured.
   *
   * @param acknowledged appends that were acknowledged
   * @param latencies their latencies from call to completion, in nanoseconds
   * @param used what the process used, replicas and load together
   */
  public record Window(long acknowledged, Histogram latencies, ProcessCounters used) {}

  /**
   * Everything from the start of the load to its end. Records are numbered from 0.
   *
   * @param appended how many records
   * @param failed which of them failed
   * @param unresolved how many had no outcome a minute after the load had ended
   * @param firstFailure the first failure, if there was one
   */
  public record Totals(
      long appended, Set<Long> failed, long unresolved, @Nullable Throwable firstFailure) {}
}
