package io.raftlog.benchmarks.report;

import io.raftlog.benchmarks.load.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All rounds with one size of payload and one number of appends in flight.
 *
 * @param payloadBytes size of each payload
 * @param inFlight appends without an outcome
 * @param measurements the rounds of every contender
 */
record Cell(int payloadBytes, int inFlight, List<Measurement> measurements) {
  /** Whom ratios compare with. */
  static final String OURS = "raftlog";

  /** Those of a run, in ascending order. */
  static List<Cell> of(List<Measurement> measurements) {
    List<Cell> cells = new ArrayList<>();
    for (int payloadBytes : distinct(measurements, Measurement::payloadBytes)) {
      for (int inFlight : distinct(measurements, Measurement::inFlight)) {
        List<Measurement> inCell =
            measurements.stream()
                .filter(m -> m.payloadBytes() == payloadBytes && m.inFlight() == inFlight)
                .toList();
        if (!inCell.isEmpty()) {
          cells.add(new Cell(payloadBytes, inFlight, inCell));
        }
      }
    }
    return cells;
  }

  private static List<Integer> distinct(
      List<Measurement> measurements, Function<Measurement, Integer> key) {
    return measurements.stream().map(key).distinct().sorted().toList();
  }

  /** Who was measured, in the order of their turns. */
  List<String> contenders() {
    return measurements.stream().map(Measurement::contender).distinct().toList();
  }

  /** The rounds of a contender. */
  List<Measurement> of(String contender) {
    return measurements.stream().filter(m -> m.contender().equals(contender)).toList();
  }

  /** A figure of a contender over its rounds; null where it could not be had. */
  Optional<Spread> spread(String contender, Function<Measurement, @Nullable Double> figure) {
    return Spread.of(of(contender).stream().map(figure).filter(Objects::nonNull).toList());
  }

  /** How many times as many appends per second we acknowledged, round by round. */
  Optional<Spread> ratioOfOursTo(String contender) {
    List<Double> ratios = new ArrayList<>();
    for (Measurement ours : of(OURS)) {
      for (Measurement theirs : of(contender)) {
        if (theirs.round() == ours.round() && theirs.appendsPerSecond() > 0) {
          ratios.add(ours.appendsPerSecond() / theirs.appendsPerSecond());
        }
      }
    }
    return Spread.of(ratios);
  }
}
