package io.raftlog.benchmarks.report;

import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.limits.Limit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The limit that binds a cell, from what the machine allowed in the same run. */
final class Bounds {
  private final List<Limit> limits;

  Bounds(List<Limit> limits) {
    this.limits = limits;
  }

  /**
   * Appends per second that three raw writers at once would reach if each batch held everything
   * that is in flight; between measured sizes by interpolation of the logarithms, beyond them by
   * the nearest. More than any log can reach that keeps what it writes: half of what is in flight
   * is usually on its way while the other half is written.
   */
  Optional<Double> appendsPerSecond(Limit.Name name, Cell cell) {
    long batchBytes = (long) cell.payloadBytes() * cell.inFlight();
    return interpolated(name, Contender.REPLICAS, batchBytes, Limit::megabytesPerSecond)
        .map(megabytes -> megabytes * 1e6 / Contender.REPLICAS / cell.payloadBytes());
  }

  /** What one append alone takes at least: one synced batch of its size, and one round trip. */
  Optional<Double> singleAppendMicros(Cell cell) {
    return interpolated(Limit.Name.ROCKSDB_BATCH, 1, cell.payloadBytes(), Limit::p50Micros)
        .flatMap(
            write ->
                median(Limit.Name.LOOPBACK_ROUND_TRIP, 1, Limit::p50Micros)
                    .map(roundTrip -> write + roundTrip));
  }

  private Optional<Double> median(Limit.Name name, int writers, ToDoubleFunction<Limit> figure) {
    List<Double> values =
        limits.stream()
            .filter(limit -> limit.name() == name && limit.writers() == writers)
            .map(figure::applyAsDouble)
            .toList();
    return Spread.of(values).map(Spread::median);
  }

  private Optional<Double> interpolated(
      Limit.Name name, int writers, long bytes, ToDoubleFunction<Limit> figure) {
    TreeMap<Long, Double> bySize = new TreeMap<>();
    for (Limit limit : limits) {
      if (limit.name() == name && limit.writers() == writers) {
        List<Double> values =
            limits.stream()
                .filter(
                    l ->
                        l.name() == name
                            && l.writers() == writers
                            && l.batchBytes() == limit.batchBytes())
                .map(figure::applyAsDouble)
                .toList();
        Spread.of(values).ifPresent(s -> bySize.put((long) limit.batchBytes(), s.median()));
      }
    }
    var below = bySize.floorEntry(bytes);
    var above = bySize.ceilingEntry(bytes);
    if (below == null || above == null) {
      var nearest = below == null ? above : below;
      return Optional.ofNullable(nearest).map(Map.Entry::getValue);
    }
    if (below.getKey().equals(above.getKey())) {
      return Optional.of(below.getValue());
    }
    double part =
        Math.log((double) bytes / below.getKey())
            / Math.log((double) above.getKey() / below.getKey());
    return Optional.of(
        Math.exp(Math.log(below.getValue()) * (1 - part) + Math.log(above.getValue()) * part));
  }
}
