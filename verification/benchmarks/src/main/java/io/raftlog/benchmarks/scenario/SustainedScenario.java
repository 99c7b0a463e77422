package io.raftlog.benchmarks.scenario;

import io.raftlog.benchmarks.contender.Directories;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.load.AppendRun;
import io.raftlog.benchmarks.load.MemoryUse;
import io.raftlog.benchmarks.load.PacedRun;
import io.raftlog.benchmarks.load.Pauses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Load for minutes. First at a fixed rate: whether there are pauses, and whether memory grows.
 * Then, on nodes with nothing in them, as fast as it is taken: whether it becomes slower when the
 * storage has flushed and compacted much. Nothing is trimmed, so either ends early rather than fill
 * the disk.
 */
public final class SustainedScenario implements Scenario {
  private static final int PAYLOAD_BYTES = 100;
  private static final int IN_FLIGHT = 1_024;
  private static final double BYTES_PER_MEGABYTE = 1e6;
  private static final double PERCENT = 100;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  /** 15 GiB: what compactions may need beside what they replace, and others on the machine. */
  private static final long LEAST_FREE_BYTES = 15L << 30;

  private final Payloads payloads = new Payloads(PAYLOAD_BYTES);
  private final long leastFreeBytes;

  /** Stops early when less than 15 GiB are free. */
  public SustainedScenario() {
    this(LEAST_FREE_BYTES);
  }

  SustainedScenario(long leastFreeBytes) {
    this.leastFreeBytes = leastFreeBytes;
  }

  @Override
  public List<Observation> run(Setting setting) throws Exception {
    Path directory = setting.directory().resolve("paced");
    List<Observation> observations = new ArrayList<>(paced(setting, directory));
    Directories.delete(directory);
    observations.addAll(unbounded(setting, setting.directory().resolve("unbounded")));
    return observations;
  }

  /** Rests while garbage is collected, so that collections which were asked for delay nothing. */
  private List<Observation> paced(Setting setting, Path directory) throws Exception {
    String what = String.format(Locale.ROOT, "%d B, %,d/s", PAYLOAD_BYTES, setting.perSecond());
    Duration first = Rates.part(setting.sustained());
    try (LocalCluster cluster = new LocalCluster(directory, 1)) {
      PacedRun load =
          new PacedRun(cluster.producer(LocalCluster.LOG), payloads, setting.perSecond());
      load.run(setting.warmUp(), () -> true);
      Progress progress = progress(setting, what, load.acknowledged());
      BooleanSupplier mayGoOn = () -> progress.mayGoOn(load.acknowledged());
      PacedRun.Window window = load.run(first, mayGoOn);
      FigureMap early = memory();
      window = window.plus(load.run(setting.sustained().minus(first), mayGoOn));
      FigureMap late = memory();
      say(load.firstFailure());
      FigureMap figures =
          new FigureMap()
              .put("appends/s", FigureMap.perSecond(window.acknowledged(), window.nanos()))
              .putPercentiles(window.latencies())
              .put("longest pause ms", FigureMap.millis(window.longestPauseNanos()))
              .put("failed", window.failed())
              .put("refused", window.refused())
              .put("seconds", window.nanos() / NANOS_PER_SECOND);
      String part = Rates.partName(setting.sustained());
      return List.of(
          setting.observed(what, figures),
          setting.observed(what + ", after the first " + part, early),
          setting.observed(what + ", in the end", late));
    }
  }

  private static FigureMap memory() {
    MemoryUse use = MemoryUse.afterCollection();
    FigureMap figures = new FigureMap().put("heap MB", use.heapBytes() / BYTES_PER_MEGABYTE);
    use.residentBytes().ifPresent(bytes -> figures.put("resident MB", bytes / BYTES_PER_MEGABYTE));
    return figures;
  }

  private List<Observation> unbounded(Setting setting, Path directory) throws Exception {
    String what = String.format(Locale.ROOT, "%d B, %,d in flight", PAYLOAD_BYTES, IN_FLIGHT);
    Pauses pauses = new Pauses();
    Rates rates = new Rates();
    try (LocalCluster cluster = new LocalCluster(directory, 1);
        AppendRun load =
            new AppendRun(pauses.noting(cluster.producer(LocalCluster.LOG)), payloads, IN_FLIGHT)) {
      load.start();
      load.warmUp(setting.warmUp());
      Progress progress = progress(setting, what, load.acknowledged());
      pauses.begin();
      AppendRun.Window window =
          load.measure(() -> note(load, rates, setting.sustained(), progress));
      long longestPauseNanos = pauses.longestNanos();
      AppendRun.Totals totals = load.stop();
      say(totals.firstFailure());
      if (totals.unresolved() > 0) {
        throw new IllegalStateException(
            totals.unresolved() + " appends without an outcome a minute after the load");
      }
      FigureMap figures =
          new FigureMap()
              .put("appends/s", FigureMap.perSecond(window.acknowledged(), window.used().nanos()))
              .putPercentiles(window.latencies())
              .put("longest pause ms", FigureMap.millis(longestPauseNanos))
              .put("failed", totals.failed().size())
              .put("seconds", window.used().nanos() / NANOS_PER_SECOND);
      return List.of(
          setting.observed(what, figures), first(setting, what, rates), last(setting, what, rates));
    }
  }

  /** Notes each second how many there are, until the time is over or the disk nearly full. */
  private static void note(AppendRun load, Rates rates, Duration duration, Progress progress)
      throws InterruptedException {
    rates.note(System.nanoTime(), load.acknowledged());
    Duration left = duration;
    do {
      Duration pause = left.compareTo(LOOK_INTERVAL) < 0 ? left : LOOK_INTERVAL;
      Thread.sleep(Math.max(1, pause.toMillis()));
      rates.note(System.nanoTime(), load.acknowledged());
      left = duration.minus(rates.elapsed());
    } while (progress.mayGoOn(load.acknowledged()) && left.compareTo(Duration.ZERO) > 0);
  }

  private static Observation first(Setting setting, String what, Rates rates) {
    return setting.observed(
        what + ", first " + Rates.partName(rates.elapsed()),
        new FigureMap().put("appends/s", rates.firstPerSecond()));
  }

  private static Observation last(Setting setting, String what, Rates rates) {
    FigureMap figures = new FigureMap().put("appends/s", rates.lastPerSecond());
    if (rates.firstPerSecond() > 0) {
      figures.put("% of the first", PERCENT * rates.lastPerSecond() / rates.firstPerSecond());
    }
    return setting.observed(what + ", last " + Rates.partName(rates.elapsed()), figures);
  }

  private Progress progress(Setting setting, String what, long acknowledged) throws IOException {
    return new Progress(
        what, setting.sustained(), setting.directory(), leastFreeBytes, acknowledged);
  }

  private static void say(@Nullable Throwable firstFailure) {
    if (firstFailure != null) {
      System.err.println("the first append that failed:");
      firstFailure.printStackTrace();
    }
  }
}
