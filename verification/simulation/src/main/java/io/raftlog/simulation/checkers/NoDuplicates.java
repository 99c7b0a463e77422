package io.raftlog.simulation.checkers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** No (producer, sequence) is in the log twice. */
final class NoDuplicates implements HistoryChecker {
  private record Place(String producer, long sequence) {}

  @Override
  public void check(History history, List<RecordKey> log) {
    Map<Place, Integer> offsets = new HashMap<>();
    for (int offset = 0; offset < log.size(); offset++) {
      RecordKey key = log.get(offset);
      Integer before = offsets.put(new Place(key.producer(), key.sequence()), offset);
      Violation.unless(before == null, name(), () -> key + " is also at offset " + before);
    }
  }
}
