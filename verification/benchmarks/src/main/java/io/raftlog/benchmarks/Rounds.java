package io.raftlog.benchmarks;

import io.raftlog.benchmarks.contender.ContenderKind;
import io.raftlog.benchmarks.load.Measurement;
import io.raftlog.benchmarks.report.Results;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that was asked for, round by round: in each the machine's limits, then each cell with
 * one contender after the other, so that what changes on the machine meanwhile meets all of them.
 * Used by one thread.
 */
final class Rounds {
  /** What starting, closing and reading back may take beside the load. */
  private static final Duration BESIDE_LOAD = Duration.ofMinutes(5);

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
      for (int payloadBytes : options.payloadBytes()) {
        for (int inFlight : options.inFlight()) {
          for (ContenderKind kind : options.contenders()) {
            runContender(kind, round, payloadBytes, inFlight);
          }
        }
      }
    }
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
      say("failed: " + failure.get());
      Results.Failure line =
          new Results.Failure(kind.label(), round, payloadBytes, inFlight, failure.get());
      Results.append(results, List.of(Results.line(line)));
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
    Path data = options.data().resolve(name);
    delete(data);
    Files.createDirectories(data);
    List<String> all = new ArrayList<>();
    all.addAll(List.of(what, results.toString(), data.toString(), String.valueOf(round)));
    all.addAll(arguments);
    Duration limit = options.warmUp().plus(options.duration()).plus(BESIDE_LOAD);
    try {
      return jvm.run(kind, all, folder.resolve(name + ".log"), limit);
    } finally {
      delete(data);
    }
  }

  private void say(String text) {
    long seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
    System.err.printf(Locale.ROOT, "[%d:%02d] %s%n", seconds / 60, seconds % 60, text);
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @SuppressWarnings("unused") IOException failure) throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
