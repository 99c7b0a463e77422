package io.raftlog.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in Markdown; all columns but the first are aligned to the right. */
final class Table {
  private final List<String> lines = new ArrayList<>();

  Table(String... titles) {
    row(Arrays.asList(titles));
    lines.add("| --- |" + " ---: |".repeat(titles.length - 1));
  }

  void row(List<String> values) {
    lines.add("| " + String.join(" | ", values) + " |");
  }

  List<String> lines() {
    return lines;
  }
}
