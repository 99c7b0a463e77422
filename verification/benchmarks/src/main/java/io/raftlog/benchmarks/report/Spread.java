package io.raftlog.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * What several rounds gave for one figure.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param min the lowest
 * @param max the highest
 */
record Spread(double median, double min, double max) {
  /** Of some values, in any order; empty if there are none. */
  static Optional<Spread> of(List<Double> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return Optional.of(new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1)));
  }

  /** As {@code median (min–max)}; only the median if they are written alike. */
  String text(DoubleFunction<String> format) {
    String middle = format.apply(median);
    String lowest = format.apply(min);
    String highest = format.apply(max);
    return lowest.equals(highest) ? middle : middle + " (" + lowest + "–" + highest + ")";
  }
}
