package io.raftlog.benchmarks;

import io.raftlog.benchmarks.report.Machine;
import io.raftlog.benchmarks.report.Report;
import io.raftlog.benchmarks.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures contenders and the machine, and writes a report with plots. Progress goes to standard
 * error, results go to standard output as lines of JSON, and into a file. Ends with code 0 if
 * everything was measured and nothing lost, 1 if not, 2 if the arguments are not understood.
 */
public final class BenchMain {
  private static final String RESULTS = "results.jsonl";

  private BenchMain() {}

  /** Runs it; see {@link Options} for the arguments. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setProperty("java.awt.headless", "true");
    Path module = Path.of(System.getProperty("module", ".")).toAbsolutePath();
    Path sources = Path.of(System.getProperty("sources", ".")).toAbsolutePath();
    Path target = module.resolve("target").resolve("benchmarks");
    Options options;
    try {
      options = Options.parse(List.of(arguments), sources, target);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    Path given = options.from();
    Results results = Results.read(given == null ? measure(options, module, target) : given);
    Path report = new Report(results).write(options.report());
    System.err.println("report: " + report);
    System.exit(results.unsound() > 0 || !results.failures().isEmpty() ? 1 : 0);
  }

  private static Path measure(Options options, Path module, Path target)
      throws IOException, InterruptedException {
    Files.createDirectories(target);
    Files.createDirectories(options.data());
    Path results = target.resolve(RESULTS);
    Files.deleteIfExists(results);
    Results.append(results, List.of(Results.line(Machine.here(options.data()))));
    new Rounds(options, new ChildJvm(module), target, results).run();
    System.out.print(Files.readString(results));
    return results;
  }
}
