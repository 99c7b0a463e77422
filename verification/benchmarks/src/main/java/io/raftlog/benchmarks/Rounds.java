package io.raftlog.benchmarks;

import io.raftlog.benchmarks.contender.ContenderKind;
import io.raftlog.benchmarks.contender.Directories;
import io.raftlog.benchmarks.failover.Failover;
import io.raftlog.benchmarks.failover.FailoverRun;
import io.raftlog.benchmarks.failover.ReplicaMain;
import io.raftlog.benchmarks.load.Measurement;
import io.raftlog.benchmarks.report.Results;
import io.raftlog.benchmarks.scenario.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Everything that was asked for, round by round: in each the machine's limits, then each cell with
 * one contender after the other, so that what changes on the machine meanwhile meets all of them.
 * Used by one thread.
 */
final class Rounds {
  /** What starting, filling, closing and reading back may take beside the load. */
  private static final Duration BESIDE_LOAD = Duration.ofMinutes(30);

  /** How often one run warms up and measures at most. */
  private static final int MOST_MEASUREMENTS = 5;

  /** At a fixed rate, and as fast as it is taken. */
  private static final int SUSTAINED_LOADS = 2;

  private final Options options;
  private final ChildJvm jvm;
  private final Path folder;
  private final Path results;
  private final long startNanos = System.nanoTime();
  private int done;

  Rounds(Options options, ChildJvm jvm, Path folder, Path results) {
    this.options = options;
    this.jvm = jvm;
    this.folder = folder;
    this.results = results;
  }

  void run() throws IOException, InterruptedException {
    for (int round = 1; round <= options.rounds(); round++) {
      if (options.limits()) {
        runLimits(round);
      }
      for (Workload workload : options.workloads()) {
        switch (workload) {
          case APPEND -> runAppends(round);
          case FAILOVER -> runFailovers(round);
          case READ, RESTART, IDLE, SLOW_FOLLOWER, CATCH_UP, MIXED, SUSTAINED, KERNELS ->
              runScenario(workload, round);
        }
      }
    }
  }

  private void runAppends(int round) throws IOException, InterruptedException {
    for (int payloadBytes : options.payloadBytes()) {
      for (int inFlight : options.inFlight()) {
        for (ContenderKind kind : options.contenders()) {
          runContender(kind, round, payloadBytes, inFlight);
        }
      }
    }
  }

  private void runFailovers(int round) throws IOException, InterruptedException {
    for (boolean tuned : List.of(false, true)) {
      for (ContenderKind kind : options.contenders()) {
        if (kind.replica().isPresent()) {
          runFailover(kind, round, tuned);
        }
      }
    }
  }

  private void runFailover(ContenderKind kind, int round, boolean tuned)
      throws IOException, InterruptedException {
    String cell = tuned ? "tuned" : "default settings";
    say("round %d: %s, leader killed, %s".formatted(round, kind.label(), cell));
    String name =
        String.join("-", "failover", kind.label(), tuned ? "tuned" : "default", "" + round);
    Path data = fresh(name);
    Path log = folder.resolve(name + ".log");
    Files.deleteIfExists(log);
    Failover.Launcher launcher = arguments -> jvm.start(kind, ReplicaMain.class, arguments, log);
    try {
      FailoverRun run = new Failover(kind, tuned, data, launcher).run(round, options.kills());
      Results.append(results, List.of(Results.line(run)));
      say("  ms until appends went on: %s; lost %d".formatted(run.millis(), run.unsound()));
    } catch (IOException | TimeoutException e) {
      fail(new Results.Failure(Workload.FAILOVER.label(), kind.label(), round, cell, e.toString()));
    } finally {
      Directories.delete(data);
    }
  }

  private void runScenario(Workload workload, int round) throws IOException, InterruptedException {
    say("round %d: %s".formatted(round, workload.label()));
    List<String> arguments =
        List.of(
            workload.label(),
            options.records().stream().map(String::valueOf).collect(Collectors.joining(",")),
            String.valueOf(options.warmUp().toSeconds()),
            String.valueOf(options.duration().toSeconds()),
            String.valueOf(options.sustained().toSeconds()),
            String.valueOf(options.perSecond()));
    int before = Results.read(results).observations().size();
    String name = workload.label() + "-" + round;
    Optional<String> failure =
        runWorker(Optional.empty(), WorkerMain.SCENARIO, name, round, arguments);
    if (failure.isPresent()) {
      fail(new Results.Failure(workload.label(), "raftlog", round, "", failure.get()));
    }
    List<Observation> all = Results.read(results).observations();
    all.subList(before, all.size()).forEach(o -> say("  " + o.what() + ": " + o.figures()));
  }

  private void fail(Results.Failure failure) throws IOException {
    say("failed: " + failure.cause());
    Results.append(results, List.of(Results.line(failure)));
  }

  private void runLimits(int round) throws IOException, InterruptedException {
    say("round %d: limits of the machine".formatted(round));
    List<String> none = List.of();
    Optional<String> failure =
        runWorker(Optional.empty(), WorkerMain.LIMITS, "limits-" + round, round, none);
    if (failure.isPresent()) {
      throw new IOException("the limits could not be measured: " + failure.get());
    }
  }

  private void runContender(ContenderKind kind, int round, int payloadBytes, int inFlight)
      throws IOException, InterruptedException {
    done++;
    String cell = "%d B, %d in flight".formatted(payloadBytes, inFlight);
    say("%d of %d, round %d: %s, %s".formatted(done, runs(), round, kind.label(), cell));
    List<String> arguments =
        List.of(
            kind.label(),
            String.valueOf(payloadBytes),
            String.valueOf(inFlight),
            String.valueOf(options.warmUp().toSeconds()),
            String.valueOf(options.duration().toSeconds()));
    String name = String.join("-", kind.label(), "" + payloadBytes, "" + inFlight, "" + round);
    Optional<String> failure =
        runWorker(Optional.of(kind), WorkerMain.APPEND, name, round, arguments);
    if (failure.isPresent()) {
      fail(new Results.Failure(Workload.APPEND.label(), kind.label(), round, cell, failure.get()));
      return;
    }
    List<Measurement> all = Results.read(results).measurements();
    say(summary(all.get(all.size() - 1)));
  }

  private int runs() {
    return options.rounds()
        * options.payloadBytes().size()
        * options.inFlight().size()
        * options.contenders().size();
  }

  private static String summary(Measurement m) {
    return String.format(
        Locale.ROOT,
        "  %,.0f/s, %.1f MB/s, p50 %.2f ms, p99 %.2f ms, %.1f us CPU, %,.0f B allocated, lost %d,"
            + " failed %d",
        m.appendsPerSecond(),
        m.megabytesPerSecond(),
        m.p50Micros() / 1e3,
        m.p99Micros() / 1e3,
        m.cpuMicrosPerAppend(),
        m.allocatedBytesPerAppend(),
        m.unsound(),
        m.failed());
  }

  private Optional<String> runWorker(
      Optional<ContenderKind> kind, String what, String name, int round, List<String> arguments)
      throws IOException, InterruptedException {
    Path data = fresh(name);
    List<String> all = new ArrayList<>();
    all.addAll(List.of(what, results.toString(), data.toString(), String.valueOf(round)));
    all.addAll(arguments);
    Path output = folder.resolve(name + ".log");
    try {
      return jvm.run(kind, all, output, limit(options), text -> say("  " + text));
    } finally {
      Directories.delete(data);
    }
  }

  /** After which time any run is ended; only one of them has sustained load. */
  static Duration limit(Options options) {
    return options
        .warmUp()
        .plus(options.duration())
        .multipliedBy(MOST_MEASUREMENTS)
        .plus(options.sustained().multipliedBy(SUSTAINED_LOADS))
        .plus(BESIDE_LOAD);
  }

  private Path fresh(String name) throws IOException {
    Path data = options.data().resolve(name);
    Directories.delete(data);
    return Files.createDirectories(data);
  }

  private void say(String text) {
    long seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
    System.err.printf(Locale.ROOT, "[%d:%02d] %s%n", seconds / 60, seconds % 60, text);
  }
}
