package io.raftlog.benchmarks.limits;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Repeats an operation for a while and takes the time of each.
 *
 * @param warmUp for so long it is not counted
 * @param duration for so long it is
 */
record Stopwatch(Duration warmUp, Duration duration) {
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int DIGITS = 3;

  /** What is timed. Used by one thread. */
  interface Operation extends AutoCloseable {
    void run() throws Exception;

    @Override
    void close() throws IOException;
  }

  /** Times one thread for each operation, all at once, and closes the operations. Blocks. */
  Limit time(Limit.Name name, int round, int batchBytes, List<? extends Operation> operations)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(operations.size());
    try {
      List<Callable<Timed>> tasks = new ArrayList<>();
      operations.forEach(operation -> tasks.add(() -> repeat(operation)));
      Histogram latencies = new Histogram(DIGITS);
      double perSecond = 0;
      for (Future<Timed> future : threads.invokeAll(tasks)) {
        Timed timed = future.get();
        latencies.add(timed.latencies());
        perSecond += timed.latencies().getTotalCount() * NANOS_PER_SECOND / timed.nanos();
      }
      return new Limit(
          name,
          round,
          batchBytes,
          operations.size(),
          perSecond,
          latencies.getValueAtPercentile(50) / NANOS_PER_MICRO,
          latencies.getValueAtPercentile(99) / NANOS_PER_MICRO);
    } finally {
      threads.shutdownNow();
      threads.awaitTermination(1, TimeUnit.MINUTES);
      for (Operation operation : operations) {
        operation.close();
      }
    }
  }

  private Timed repeat(Operation operation) throws Exception {
    long warmUpStart = System.nanoTime();
    while (System.nanoTime() - warmUpStart < warmUp.toNanos()) {
      operation.run();
    }
    Histogram latencies = new Histogram(DIGITS);
    long start = System.nanoTime();
    long before = start;
    while (before - start < duration.toNanos()) {
      operation.run();
      long after = System.nanoTime();
      latencies.recordValue(after - before);
      before = after;
    }
    return new Timed(latencies, before - start);
  }

  private record Timed(Histogram latencies, long nanos) {}
}
