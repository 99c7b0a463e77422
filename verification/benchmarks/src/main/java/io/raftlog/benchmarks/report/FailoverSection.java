package io.raftlog.benchmarks.report;

import io.raftlog.benchmarks.failover.FailoverRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How long appends were away when the leader's process was killed. */
final class FailoverSection {
  private static final String PLOT = "benchmarks-failover.png";
  private static final double PERCENT = 100;

  /** The runs of all rounds, by who and whether tuned. */
  private final Map<String, List<FailoverRun>> runs = new LinkedHashMap<>();

  FailoverSection(List<FailoverRun> all) {
    for (FailoverRun run : all) {
      String name = run.contender() + (run.tuned() ? ", tuned" : "");
      runs.computeIfAbsent(name, unused -> new ArrayList<>()).add(run);
    }
  }

  /** Writes the plot, and gives the lines; none if there is nothing to tell. */
  List<String> write(Path folder) throws IOException {
    if (runs.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(List.of("## Leader's process killed", ""));
    plot(folder.resolve(PLOT));
    lines.add("![share of kills after which appends went on within a time](" + PLOT + ")");
    lines.add("");
    lines.add(
        "From `kill -9` to the first acknowledged append that was called after it. *stuck*: how often"
            + " no append was acknowledged for a minute, or the killed replica, started again, did"
            + " not catch up in 20 s under load; the rest was done with a new cluster.");
    lines.add("");
    Table table =
        new Table("", "kills", "p50 ms", "p99 ms", "min ms", "max ms", "stuck", "lost", "settings");
    runs.forEach((name, ofName) -> table.row(row(name, ofName)));
    lines.addAll(table.lines());
    lines.add("");
    lines.add(
        "Aeron Cluster, Ratis and DLedger were not measured: their replicas are not started alone"
            + " here.");
    return lines;
  }

  private static List<String> row(String name, List<FailoverRun> ofName) {
    List<Double> millis = sorted(ofName);
    return List.of(
        name,
        String.valueOf(millis.size()),
        Figures.number(percentile(millis, 50)),
        Figures.number(percentile(millis, 99)),
        Figures.number(millis.get(0)),
        Figures.number(millis.get(millis.size() - 1)),
        String.valueOf(ofName.stream().mapToInt(FailoverRun::stuck).sum()),
        String.valueOf(ofName.stream().mapToLong(FailoverRun::unsound).sum()),
        new TreeMap<>(ofName.get(0).timing())
            .entrySet().stream()
                .map(setting -> setting.getKey() + ": " + setting.getValue())
                .collect(Collectors.joining("; ")));
  }

  private static List<Double> sorted(List<FailoverRun> ofName) {
    return ofName.stream().flatMap(run -> run.millis().stream()).sorted().toList();
  }

  /** The smallest value that so many percent do not exceed. */
  static double percentile(List<Double> sorted, double percent) {
    int rank = (int) Math.ceil(percent / PERCENT * sorted.size());
    return sorted.get(Math.max(rank, 1) - 1);
  }

  private void plot(Path file) throws IOException {
    XYChart chart =
        Plots.chart(
            "Leader's process killed", "milliseconds", "% of kills after which appends went on");
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(PERCENT);
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    runs.forEach(
        (name, ofName) -> {
          List<Double> millis = sorted(ofName);
          List<Double> shares = new ArrayList<>();
          for (int i = 1; i <= millis.size(); i++) {
            shares.add(PERCENT * i / millis.size());
          }
          FailoverRun first = ofName.get(0);
          XYSeries series = chart.addSeries(name, millis, shares);
          Plots.color(series, first.contender());
          series.setMarker(first.tuned() ? SeriesMarkers.DIAMOND : SeriesMarkers.CIRCLE);
          series.setLineStyle(first.tuned() ? Plots.DASHED : Plots.SOLID);
        });
    Plots.save(chart, file);
  }
}
