package io.raftlog.benchmarks.scenario;

import io.raftlog.benchmarks.load.AppendRun;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Figures by name, in the order in which they are put. */
final class FigureMap {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Map<String, Double> values = new LinkedHashMap<>();

  FigureMap put(String name, double value) {
    values.put(name, value);
    return this;
  }

  FigureMap put(String name, long value) {
    return put(name, (double) value);
  }

  /** The rate and the latencies of a load. */
  FigureMap putLoad(AppendRun.Window window) {
    return put("appends/s", perSecond(window.acknowledged(), window.used().nanos()))
        .put("p50 ms", window.latencies().getValueAtPercentile(50) / NANOS_PER_MILLI)
        .put("p99 ms", window.latencies().getValueAtPercentile(99) / NANOS_PER_MILLI)
        .put("max ms", window.latencies().getMaxValue() / NANOS_PER_MILLI);
  }

  /** What so many percent of the latencies did not exceed; they are in nanoseconds. */
  FigureMap putPercentiles(Histogram latencies) {
    return put("p50 ms", latencies.getValueAtPercentile(50) / NANOS_PER_MILLI)
        .put("p99 ms", latencies.getValueAtPercentile(99) / NANOS_PER_MILLI)
        .put("p99.9 ms", latencies.getValueAtPercentile(99.9) / NANOS_PER_MILLI)
        .put("max ms", latencies.getMaxValue() / NANOS_PER_MILLI);
  }

  Map<String, Double> values() {
    return values;
  }

  static double perSecond(long count, long nanos) {
    return (double) count * NANOS_PER_SECOND / nanos;
  }

  static double millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }
}
