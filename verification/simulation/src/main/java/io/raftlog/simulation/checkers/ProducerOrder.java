package io.raftlog.simulation.checkers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each producer's sequences are 0, 1, 2 … along the log. */
final class ProducerOrder implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    Map<String, Long> last = new HashMap<>();
    for (RecordKey key : log) {
      long before = last.getOrDefault(key.producer(), -1L);
      Violation.unless(
          key.sequence() == before + 1, name(), () -> key + " follows sequence " + before);
      last.put(key.producer(), key.sequence());
    }
  }
}
