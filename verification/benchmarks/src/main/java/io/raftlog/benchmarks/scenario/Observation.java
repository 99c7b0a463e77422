package io.raftlog.benchmarks.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures of raftlog alone, from one round.
 *
 * @param workload the workload's label
 * @param round which round, from 1
 * @param what was measured, as the report names it
 * @param figures by their names with units, in the order of the report
 */
public record Observation(String workload, int round, String what, Map<String, Double> figures) {
  /** The name of the figure that must be 0. */
  static final String WRONG = "wrong";

  /** Makes the map unmodifiable. */
  public Observation {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** How many records were read that were not what had been appended there. */
  public long wrong() {
    return figures.getOrDefault(WRONG, 0.0).longValue();
  }
}
