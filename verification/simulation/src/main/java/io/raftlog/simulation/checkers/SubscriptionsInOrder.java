package io.raftlog.simulation.checkers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every subscriber gets the records of the log, from its first one on, each once and in order. */
final class SubscriptionsInOrder implements HistoryChecker {
  @Override
  public void check(History history, List<RecordKey> log) {
    Map<String, Long> next = new HashMap<>();
    for (Delivery delivery : history.deliveries()) {
      long expected = next.getOrDefault(delivery.subscriber(), delivery.offset());
      Violation.unless(
          delivery.offset() == expected,
          name(),
          () -> "offset " + expected + " was due: " + delivery);
      Violation.unless(
          delivery.offset() < log.size(),
          name(),
          () -> "the log has " + log.size() + " records: " + delivery);
      RecordKey there = log.get((int) delivery.offset());
      Violation.unless(
          there.equals(delivery.key()), name(), () -> there + " was delivered as " + delivery);
      next.put(delivery.subscriber(), expected + 1);
    }
  }
}
