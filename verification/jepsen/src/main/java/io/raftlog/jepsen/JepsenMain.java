package io.raftlog.jepsen;

import io.raftlog.jepsen.checker.Verdict;
import io.raftlog.jepsen.history.HistoryReader;
import io.raftlog.jepsen.history.RecordedRun;
import io.raftlog.jepsen.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;

/**
 * Runs a cluster under a nemesis and judges it, or judges a history that was recorded before
 * ({@code -Dcheck=FOLDER}). Ends with code 0 if the run is valid, or if there is no engine to run
 * it in; 1 if it is not valid; 2 if the harness itself failed. With {@code
 * -Dexpect=ANOMALY,ANOMALY…} it is the other way round: 0 if one of these was found, 1 if none.
 */
public final class JepsenMain {
  private JepsenMain() {}

  /** Runs it; everything is said with {@code -D}, see {@link Options}. */
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    int code;
    try {
      String check = System.getProperty("check", "");
      code = check.isEmpty() ? run() : check(Path.of(check));
    } catch (IOException | InterruptedException | RuntimeException e) {
      e.printStackTrace();
      code = 2;
    }
    // Libraries leave threads behind that are no daemons.
    System.exit(code);
  }

  private static int run() throws IOException, InterruptedException {
    Options options = Options.given();
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      System.out.println("SKIPPED: the Jepsen-style harness (no Docker engine can be reached)");
      return 0;
    }
    System.out.println("seed " + options.seed() + ", the same again: " + options.command());
    new Run(options).run();
    return check(options.folder());
  }

  private static int check(Path folder) throws IOException {
    RecordedRun run = HistoryReader.read(folder.resolve(Run.HISTORY));
    Verdict verdict = Verdict.on(run);
    new Report(folder, run, verdict).write();
    String expected = System.getProperty("expect", "");
    boolean asExpected =
        expected.isEmpty()
            ? verdict.isValid()
            : verdict.findings().counts().keySet().stream()
                .anyMatch(found -> List.of(expected.split(",", -1)).contains(found.label()));
    if (!expected.isEmpty()) {
      System.out.println((asExpected ? "found, as expected: " : "not found: ") + expected);
    }
    return asExpected ? 0 : 1;
  }
}
