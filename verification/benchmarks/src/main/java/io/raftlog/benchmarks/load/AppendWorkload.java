package io.raftlog.benchmarks.load;

import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.contender.ContenderKind;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.contender.SeenNumbers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Appends as fast as a contender takes it, with so many in flight, and looks afterwards whether
 * every replica has what was acknowledged.
 *
 * @param kind who
 * @param round which round, from 1
 * @param payloadBytes size of each payload
 * @param inFlight most appends without an outcome
 * @param warmUp how long before it is measured
 * @param duration how long it is measured
 */
public record AppendWorkload(
    ContenderKind kind,
    int round,
    int payloadBytes,
    int inFlight,
    Duration warmUp,
    Duration duration) {
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BYTES_PER_MEGABYTE = 1e6;

  /** How long replicas may lag behind the last acknowledgement. */
  private static final Duration LAG_LIMIT = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 50;

  /**
   * Runs it. Blocks.
   *
   * @param directory an empty directory
   * @return what was measured
   * @throws Exception when the contender fails
   */
  public Measurement run(Path directory) throws Exception {
    Payloads payloads = new Payloads(payloadBytes);
    try (Contender contender = kind.create()) {
      contender.start(directory);
      contender.awaitLeader();
      try (AppendRun load = new AppendRun(contender, payloads, inFlight)) {
        load.start();
        load.warmUp(warmUp);
        AppendRun.Window window = load.measure(duration);
        AppendRun.Totals totals = load.stop();
        say(totals.firstFailure());
        if (totals.unresolved() > 0) {
          throw new IllegalStateException(
              totals.unresolved() + " appends without an outcome a minute after the load");
        }
        return measurement(contender, window, totals, audit(contender, payloads, totals));
      }
    }
  }

  private static void say(@Nullable Throwable firstFailure) {
    if (firstFailure != null) {
      System.err.println("the first append that failed:");
      firstFailure.printStackTrace();
    }
  }

  /**
   * Compares what was acknowledged with what each replica has, once it has had time to catch up.
   */
  private static Findings audit(Contender contender, Payloads payloads, AppendRun.Totals totals)
      throws InterruptedException {
    Findings worst = new Findings(0, 0, 0);
    for (int replica = 0; replica < Contender.REPLICAS; replica++) {
      long startNanos = System.nanoTime();
      Findings found = Findings.of(contender.seenBy(replica, payloads), totals);
      while (found.lost() > 0 && System.nanoTime() - startNanos < LAG_LIMIT.toNanos()) {
        Thread.sleep(POLL_MILLIS);
        found = Findings.of(contender.seenBy(replica, payloads), totals);
      }
      worst = worst.worseOf(found);
    }
    return worst;
  }

  private Measurement measurement(
      Contender contender, AppendRun.Window window, AppendRun.Totals totals, Findings findings) {
    ProcessCounters used = window.used();
    Histogram latencies = window.latencies();
    double seconds = used.nanos() / NANOS_PER_SECOND;
    double appends = Math.max(window.acknowledged(), 1);
    double payload = appends * payloadBytes;
    return new Measurement(
        kind.label(),
        round,
        payloadBytes,
        inFlight,
        contender.description(),
        seconds,
        window.acknowledged(),
        window.acknowledged() / seconds,
        window.acknowledged() * (double) payloadBytes / BYTES_PER_MEGABYTE / seconds,
        latencies.getValueAtPercentile(50) / NANOS_PER_MICRO,
        latencies.getValueAtPercentile(99) / NANOS_PER_MICRO,
        latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO,
        latencies.getMaxValue() / NANOS_PER_MICRO,
        used.cpuNanos() / NANOS_PER_MICRO / appends,
        used.allocatedBytes() / appends,
        used.gcMillis(),
        divided(used.writtenBytes(), payload),
        divided(used.deviceFlushes(), seconds),
        totals.appended(),
        totals.failed().size(),
        findings.lost(),
        findings.duplicates(),
        findings.foreign());
  }

  private static @Nullable Double divided(OptionalLong dividend, double divisor) {
    return dividend.isPresent() ? dividend.getAsLong() / divisor : null;
  }

  private record Findings(long lost, long duplicates, long foreign) {
    static Findings of(SeenNumbers seen, AppendRun.Totals totals) {
      // Read before the rest, which it makes visible.
      boolean empty = seen.count() == 0;
      long lost = 0;
      for (long number = 0; number < totals.appended(); number++) {
        if ((empty || !seen.contains(number)) && !totals.failed().contains(number)) {
          lost++;
        }
      }
      return new Findings(lost, seen.duplicates(), seen.foreign());
    }

    Findings worseOf(Findings other) {
      return new Findings(
          Math.max(lost, other.lost),
          Math.max(duplicates, other.duplicates),
          Math.max(foreign, other.foreign));
    }
  }
}
