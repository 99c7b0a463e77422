package io.raftlog.jepsen.report;

import io.raftlog.jepsen.checker.Anomaly;
import io.raftlog.jepsen.checker.Availability.Window;
import io.raftlog.jepsen.checker.Verdict;
import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.Operation;
import io.raftlog.jepsen.history.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes verdict.md and the plots into a run's folder, and says the verdict. */
public final class Report {
  private final Path folder;
  private final RecordedRun run;
  private final Verdict verdict;
  private final StringBuilder text = new StringBuilder();

  /**
   * Makes one.
   *
   * @param folder of the run
   * @param run what was recorded
   * @param verdict what was found
   */
  public Report(Path folder, RecordedRun run, Verdict verdict) {
    this.folder = folder;
    this.run = run;
    this.verdict = verdict;
  }

  /** Writes everything. */
  public void write() throws IOException {
    line(verdict.isValid() ? "# Valid" : "# Not valid");
    line("");
    anomalies();
    operations();
    availability();
    faults();
    line("");
    line("![Latency](latency.png)");
    line("");
    line("![Throughput](throughput.png)");
    Files.writeString(folder.resolve("verdict.md"), text);
    Plots plots = new Plots(run, verdict.availability());
    plots.latency(folder.resolve("latency.png"));
    plots.throughput(folder.resolve("throughput.png"));
    System.out.print(summary());
  }

  private String summary() {
    StringBuilder summary = new StringBuilder();
    verdict
        .findings()
        .counts()
        .forEach(
            (anomaly, count) -> {
              summary.append(anomaly.label()).append(": ").append(count).append('\n');
              summary.append("  ").append(verdict.findings().examples(anomaly).get(0)).append('\n');
            });
    verdict
        .brokenRules()
        .forEach(rule -> summary.append("rule broken: ").append(rule).append('\n'));
    summary.append(
        String.format(
            Locale.ROOT,
            "%s: %,d records, %,d appends, %,d reads, longest time without an acknowledged append"
                + " while a majority could talk %.1f s; see %s%n",
            verdict.isValid() ? "VALID" : "NOT VALID",
            run.log().size(),
            count(Event.APPEND),
            count(Event.READ),
            verdict.availability().longestGapMicros() / 1e6,
            folder.resolve("verdict.md")));
    return summary.toString();
  }

  private long count(String f) {
    return run.operations().stream().filter(operation -> operation.f().equals(f)).count();
  }

  private void anomalies() {
    if (verdict.isValid()) {
      line("No anomalies, and no rule of the simulator is broken.");
      return;
    }
    for (Map.Entry<Anomaly, Integer> one : verdict.findings().counts().entrySet()) {
      line("## " + one.getKey().label() + ": " + one.getValue());
      line("");
      verdict.findings().examples(one.getKey()).forEach(example -> line("    " + example));
      line("");
    }
    verdict.brokenRules().forEach(rule -> line("- rule of the simulator: " + rule));
  }

  private void operations() {
    line("");
    line("## Operations");
    line("");
    line("| operation | outcome | how many |");
    line("| --- | --- | ---: |");
    Map<String, Integer> counts = new TreeMap<>();
    for (Operation operation : run.operations()) {
      counts.merge("| " + operation.f() + " | " + outcome(operation), 1, Integer::sum);
    }
    counts.forEach((what, count) -> line(what + " | " + number(count) + " |"));
    line("");
    line("Records in the log: " + number(run.log().size()) + ".");
  }

  private static String outcome(Operation operation) {
    Event completed = operation.completed();
    if (completed == null) {
      return "none";
    }
    return switch (completed.type()) {
      case OK -> "ok " + completed.text("outcome").toLowerCase(Locale.ROOT);
      case FAIL -> "refused: " + operation.error();
      case INFO, INVOKE -> "unknown: " + operation.error();
    };
  }

  private void availability() {
    line("");
    line("## Availability");
    line("");
    line(
        String.format(
            Locale.ROOT,
            "A majority could talk for %.0f s. In %.1f %% of these seconds an append was"
                + " acknowledged; the longest time without was %.1f s.",
            verdict.availability().requiredMicros() / 1e6,
            100 * verdict.availability().share(),
            verdict.availability().longestGapMicros() / 1e6));
  }

  private void faults() {
    line("");
    line("## Faults");
    line("");
    line(
        "*Majority*: how much of the time the members of some majority could all talk to each other.");
    line("*Gap*: the longest time without an acknowledged append within that.");
    line("");
    line("| from s | to s | fault | majority | acknowledged | gap s | what |");
    line("| ---: | ---: | --- | ---: | ---: | ---: | --- |");
    List<Window> windows = new ArrayList<>(verdict.availability().windows());
    windows.sort(java.util.Comparator.comparingLong(Window::fromMicros));
    for (Window window : windows) {
      line(
          String.format(
              Locale.ROOT,
              "| %.1f | %.1f | %s | %.0f %% | %s | %.1f | %s |",
              window.fromMicros() / 1e6,
              window.toMicros() / 1e6,
              window.fault(),
              100 * window.majority(),
              number(window.acknowledged()),
              window.longestGapMicros() / 1e6,
              window.value()));
    }
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
