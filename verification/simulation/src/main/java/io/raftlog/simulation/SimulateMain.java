package io.raftlog.simulation;

import io.raftlog.simulation.checkers.Violation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Runs many seeds, or one with its trace. System properties: {@code seeds} how many (100), {@code
 * start} the first one (drawn from the clock), {@code seconds} of virtual time each (60), {@code
 * threads} (one a processor); or {@code seed} a single one, and {@code trace} whether to print what
 * happens in it. With {@code forgetting} they are runs of {@link ForgettingTrial}. With {@code
 * elections} it writes the report on elections into docs instead.
 */
public final class SimulateMain {
  private static final int MAX_FAILURES = 10;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final long seconds = Long.getLong("seconds", 60);
  private final Counters total = new Counters();
  private final List<SimulationResult> failures = new ArrayList<>();

  private SimulateMain() {}

  /**
   * The program.
   *
   * @param args none
   * @throws InterruptedException when interrupted
   * @throws IOException when the report of the elections cannot be written
   */
  public static void main(String[] args) throws InterruptedException, IOException {
    if (System.getProperty("elections") != null) {
      ElectionReport.write(Path.of("docs"));
      return;
    }
    SimulateMain main = new SimulateMain();
    Long seed = Long.getLong("seed");
    if (seed == null) {
      main.runMany(
          Long.getLong("start", System.currentTimeMillis() * 1000), Long.getLong("seeds", 100));
    } else {
      main.runOne(seed, Boolean.getBoolean("trace"));
    }
    System.exit(main.failures.isEmpty() && main.hasChecked() ? 0 : 1);
  }

  private void runOne(long seed, boolean trace) {
    long began = System.nanoTime();
    finished(newRun(seed, trace ? out : null).run());
    summary(1, began);
  }

  private SeededRun newRun(long seed, @Nullable PrintStream trace) {
    return System.getProperty("forgetting") == null
        ? new Simulation(seed, seconds, trace)
        : new ForgettingTrial(seed, seconds, trace);
  }

  private void runMany(long start, long seeds) throws InterruptedException {
    int threads = Integer.getInteger("threads", Runtime.getRuntime().availableProcessors());
    long began = System.nanoTime();
    out.println(seeds + " seeds from " + start + ", " + seconds + " virtual seconds each");
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "simulation");
              thread.setDaemon(true); // else they keep a program that has failed from its end
              return thread;
            });
    ExecutorCompletionService<SimulationResult> runs = new ExecutorCompletionService<>(pool);
    long submitted = 0;
    long done = 0;
    while (done < seeds && failures.size() < MAX_FAILURES) {
      while (submitted < seeds && submitted - done < 2L * threads) {
        long seed = start + submitted++;
        runs.submit(() -> newRun(seed, null).run());
      }
      try {
        finished(runs.take().get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("the simulator failed", e.getCause());
      }
      done++;
      if (done % Math.max(100, seeds / 50) == 0) {
        double perSecond = done / ((System.nanoTime() - began) / 1e9);
        out.printf(Locale.ROOT, "%d seeds, %.1f a second%n", done, perSecond);
      }
    }
    pool.shutdownNow();
    summary(done, began);
  }

  private void finished(SimulationResult result) {
    total.addAll(result.counters());
    Violation violation = result.violation();
    if (violation != null) {
      failures.add(result);
      out.println("FAILED " + result.report());
      if (violation.getCause() != null) {
        violation.getCause().printStackTrace(out);
      }
    }
  }

  /** Runs that proved nothing must not pass for ones that found nothing. */
  private boolean hasChecked() {
    return total.of(Simulation.CHECKED) > 0;
  }

  private void summary(long seeds, long began) {
    out.println();
    if (!hasChecked()) {
      out.println("NOTHING WAS CHECKED: no run came to its end");
    }
    out.printf(
        Locale.ROOT,
        "%,d elections won, %,d truncations, %,d crashes, %,d faults; %,d appends, of which %,d"
            + " were acknowledged, %,d as duplicates; %,d reads of %,d records%n%n",
        total.of("role.LEADER"),
        total.of("log.truncations"),
        total.of("node.crashes"),
        total.sum("fault."),
        total.of("client.appends"),
        total.of("client.acknowledged"),
        total.of("client.append.DUPLICATE"),
        total.of("client.reads.local") + total.of("client.reads.linearizable"),
        total.of("client.reads.records"));
    total.all().forEach((what, count) -> out.printf(Locale.ROOT, "%,16d  %s%n", count, what));
    double elapsed = (System.nanoTime() - began) / 1e9;
    out.printf(
        Locale.ROOT,
        "%n%d seeds in %.0f s, %.1f a second, %d failed%n",
        seeds,
        elapsed,
        seeds / elapsed,
        failures.size());
    failures.forEach(failure -> out.println("FAILED " + failure.report()));
  }
}
