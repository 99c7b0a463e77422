package io.raftlog.simulation;

import java.util.Map;
import java.util.TreeMap;

/** What was exercised, by name. */
final class Counters {
  private final Map<String, Long> counts = new TreeMap<>();

  void add(String what) {
    add(what, 1);
  }

  void add(String what, long count) {
    counts.merge(what, count, Long::sum);
  }

  long of(String what) {
    return counts.getOrDefault(what, 0L);
  }

  void addAll(Counters others) {
    others.counts.forEach(this::add);
  }

  /** In the order of the names. */
  Map<String, Long> all() {
    return new TreeMap<>(counts);
  }

  /** The sum of everything whose name begins like this. */
  long sum(String prefix) {
    long sum = 0;
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      if (count.getKey().startsWith(prefix)) {
        sum += count.getValue();
      }
    }
    return sum;
  }
}
