package io.raftlog.jepsen.checker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Anomalies that were found. */
public final class Findings {
  /** So many of a kind are told in full. */
  private static final int MAX_EXAMPLES = 5;

  private final Map<Anomaly, Integer> counts = new EnumMap<>(Anomaly.class);
  private final Map<Anomaly, List<String>> examples = new EnumMap<>(Anomaly.class);

  void add(Anomaly anomaly, Supplier<String> what) {
    int count = counts.merge(anomaly, 1, Integer::sum);
    if (count <= MAX_EXAMPLES) {
      examples.computeIfAbsent(anomaly, any -> new ArrayList<>()).add(what.get());
    }
  }

  /** How many there are of each kind that there is. */
  public Map<Anomaly, Integer> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** The first few of a kind. */
  public List<String> examples(Anomaly anomaly) {
    return examples.getOrDefault(anomaly, List.of());
  }
}
