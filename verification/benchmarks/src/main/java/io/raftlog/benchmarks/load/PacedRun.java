package io.raftlog.benchmarks.load;

import io.raftlog.BackpressureException;
import io.raftlog.benchmarks.contender.AppendTarget;
import io.raftlog.benchmarks.contender.Payloads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Appends at a fixed rate, whatever becomes of the appends before: each is due at a moment of its
 * own, and its latency is from then, also if it could be sent only later. So a stall makes all
 * appends late that a caller with such a rate would have wanted to send meanwhile. Used by one
 * thread, which appends itself.
 *
 * <p>No thread sleeps as short as from one append to the next: each millisecond those are sent that
 * are due by then, so that up to a millisecond of each latency is the load's own. An append that is
 * refused for back-pressure is sent again a millisecond later, before all that follow.
 */
public final class PacedRun {
  /** Latencies are kept as by {@link AppendRun}. */
  private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(2);

  private static final int DIGITS = 3;
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long GROUP_MILLIS = 1;

  /** How long after the end what was due may be sent late, and how long outcomes may take then. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

  private final AppendTarget target;
  private final Payloads payloads;
  private final int perSecond;
  private final Duration drainLimit;
  private final Recorder latencies = new Recorder(HIGHEST_NANOS, DIGITS);
  private final Pauses pauses = new Pauses();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile @Nullable Throwable firstFailure;
  private long refused;

  /**
   * Prepares a load.
   *
   * @param target started
   * @param payloads what to append
   * @param perSecond how many appends are due in a second, at least 1
   */
  public PacedRun(AppendTarget target, Payloads payloads, int perSecond) {
    this(target, payloads, perSecond, DRAIN_LIMIT);
  }

  PacedRun(AppendTarget target, Payloads payloads, int perSecond, Duration drainLimit) {
    this.target = target;
    this.payloads = payloads;
    this.perSecond = perSecond;
    this.drainLimit = drainLimit;
  }

  /** How many appends were acknowledged so far, in all windows. Any thread. */
  public long acknowledged() {
    return acknowledged.sum();
  }

  /** The first failure, if there was one. Any thread. */
  public @Nullable Throwable firstFailure() {
    return firstFailure;
  }

  /**
   * Appends for so long, and waits until each append has an outcome. Blocks. When it is called
   * again, records are numbered from 0 again, and the first is due at once.
   *
   * @param duration how long appends are due
   * @param eachSecond is asked about each second whether to go on; must not take long
   * @return what happened
   * @throws InterruptedException when interrupted
   * @throws IllegalStateException when appends have no outcome a minute after the last was sent
   */
  public Window run(Duration duration, BooleanSupplier eachSecond) throws InterruptedException {
    long acknowledgedBefore = acknowledged.sum();
    long failedBefore = failed.sum();
    latencies.reset();
    pauses.begin();
    refused = 0;
    long startNanos = System.nanoTime();
    long due = duration.toMillis() * perSecond / MILLIS_PER_SECOND;
    long last = duration.plus(drainLimit).toNanos();
    long sent = 0;
    long lookNanos = NANOS_PER_SECOND;
    for (long now = 0; sent < due && now < last; now = System.nanoTime() - startNanos) {
      if (now >= lookNanos) {
        lookNanos += NANOS_PER_SECOND;
        if (!eachSecond.getAsBoolean()) {
          due = sent;
        }
      }
      sent = sendDue(startNanos, now, sent, due);
      Thread.sleep(GROUP_MILLIS);
    }
    awaitOutcomes(acknowledgedBefore + failedBefore + sent);
    return new Window(
        acknowledged.sum() - acknowledgedBefore,
        failed.sum() - failedBefore + due - sent,
        refused,
        System.nanoTime() - startNanos,
        pauses.longestNanos(),
        latencies.getIntervalHistogram());
  }

  /** Sends what is due by now, up to the first that is refused; returns how many were sent. */
  private long sendDue(long startNanos, long now, long sent, long due) {
    long next = sent;
    while (next < due && dueNanos(next) <= now) {
      if (!append(next, startNanos + dueNanos(next))) {
        refused++;
        return next;
      }
      next++;
    }
    return next;
  }

  /** When an append is due, after the first; whole seconds apart, so that nothing overflows. */
  private long dueNanos(long number) {
    return number / perSecond * NANOS_PER_SECOND
        + number % perSecond * NANOS_PER_SECOND / perSecond;
  }

  private boolean append(long number, long dueNanos) {
    CompletableFuture<?> outcome;
    try {
      outcome = target.append(payloads.create(number));
    } catch (RuntimeException e) {
      outcome = CompletableFuture.failedFuture(e);
    }
    if (isRefused(outcome)) {
      return false;
    }
    var unused = outcome.whenComplete((result, failure) -> complete(dueNanos, failure));
    return true;
  }

  /** Whether there was no room for it, which is told at once. */
  private static boolean isRefused(CompletableFuture<?> outcome) {
    if (!outcome.isCompletedExceptionally()) {
      return false;
    }
    Throwable failure = outcome.handle((result, thrown) -> thrown).join();
    return failure instanceof BackpressureException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof BackpressureException);
  }

  private void complete(long dueNanos, @Nullable Throwable failure) {
    if (failure == null) {
      latencies.recordValue(Math.min(System.nanoTime() - dueNanos, HIGHEST_NANOS));
      pauses.acknowledged();
      acknowledged.increment();
      return;
    }
    if (firstFailure == null) {
      firstFailure = failure;
    }
    failed.increment();
  }

  private void awaitOutcomes(long expected) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (acknowledged.sum() + failed.sum() < expected) {
      if (System.nanoTime() - startNanos > drainLimit.toNanos()) {
        long missing = expected - acknowledged.sum() - failed.sum();
        throw new IllegalStateException(
            missing
                + " appends without an outcome "
                + drainLimit.toSeconds()
                + " s after the load");
      }
      Thread.sleep(GROUP_MILLIS);
    }
  }

  /**
   * What happened in one window.
   *
   * @param acknowledged appends that were acknowledged
   * @param failed appends that failed, and those that were not sent a minute after the last was due
   * @param refused how often an append was refused for back-pressure, and so sent again
   * @param nanos from the first that was due to the last outcome, without what is between windows
   * @param longestPauseNanos the longest time without an acknowledgement
   * @param latencies from due to completion, in nanoseconds
   */
  public record Window(
      long acknowledged,
      long failed,
      long refused,
      long nanos,
      long longestPauseNanos,
      Histogram latencies) {
    /** Both together. */
    public Window plus(Window other) {
      Histogram both = latencies.copy();
      both.add(other.latencies);
      return new Window(
          acknowledged + other.acknowledged,
          failed + other.failed,
          refused + other.refused,
          nanos + other.nanos,
          Math.max(longestPauseNanos, other.longestPauseNanos),
          both);
    }
  }
}
