package io.raftlog.benchmarks.report;

import io.raftlog.benchmarks.scenario.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What was measured of raftlog alone: a table for each workload. */
final class ScenarioSection {
  private static final String NONE = "–";

  /** Titles by the label of the workload, in the order of the report. */
  private static final Map<String, String> TITLES = titles();

  private final List<Observation> observations;

  ScenarioSection(List<Observation> observations) {
    this.observations = observations;
  }

  private static Map<String, String> titles() {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("read", "Reading back, and following the tail");
    titles.put("restart", "A node that is opened again");
    titles.put("idle", "Sixteen logs, idle and under load");
    titles.put("slow-follower", "A slow follower");
    titles.put("catch-up", "A follower that was down");
    titles.put("mixed", "Appends beside readers");
    titles.put("sustained", "Load for minutes");
    titles.put("kernels", "Kernels");
    return titles;
  }

  /** None if there is nothing to tell. */
  List<String> lines() {
    if (observations.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(List.of("## raftlog alone"));
    TITLES.forEach(
        (label, title) -> {
          List<Observation> of =
              observations.stream().filter(o -> o.workload().equals(label)).toList();
          if (!of.isEmpty()) {
            lines.addAll(List.of("", "### " + title, ""));
            lines.addAll(table(of));
          }
        });
    return lines;
  }

  private static List<String> table(List<Observation> of) {
    Set<String> names = new LinkedHashSet<>();
    of.forEach(o -> names.addAll(o.figures().keySet()));
    List<String> titles = new ArrayList<>(List.of(""));
    titles.addAll(names);
    Table table = new Table(titles.toArray(String[]::new));
    for (String what : of.stream().map(Observation::what).distinct().toList()) {
      List<String> row = new ArrayList<>(List.of(what));
      for (String name : names) {
        List<Double> rounds =
            of.stream()
                .filter(o -> o.what().equals(what))
                .map(o -> o.figures().get(name))
                .filter(Objects::nonNull)
                .toList();
        row.add(Spread.of(rounds).map(spread -> spread.text(Figures::number)).orElse(NONE));
      }
      table.row(row);
    }
    return table.lines();
  }
}
