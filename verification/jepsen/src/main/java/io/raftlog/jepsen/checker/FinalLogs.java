package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.RecordedRun;
import io.raftlog.simulation.checkers.Append;
import io.raftlog.simulation.checkers.RecordKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the nodes show in the end, against each other and against what producers were told. */
final class FinalLogs {
  private record Place(String producer, long sequence) {}

  private final RecordedRun run;
  private final Findings findings;
  private final List<RecordKey> log;

  FinalLogs(RecordedRun run, Findings findings) {
    this.run = run;
    this.findings = findings;
    this.log = run.log();
  }

  void check() {
    nodesAgree();
    Map<RecordKey, Integer> offsets = new HashMap<>();
    Map<Place, Integer> places = new HashMap<>();
    Map<String, Long> last = new HashMap<>();
    for (int offset = 0; offset < log.size(); offset++) {
      RecordKey key = log.get(offset);
      offsets.putIfAbsent(key, offset);
      int at = offset;
      Integer before = places.putIfAbsent(new Place(key.producer(), key.sequence()), offset);
      if (before != null) {
        findings.add(Anomaly.DUPLICATE, () -> key + " is at offset " + at + " and at " + before);
      } else {
        long previous = last.getOrDefault(key.producer(), -1L);
        if (key.sequence() != previous + 1) {
          findings.add(
              Anomaly.NONMONOTONIC_SEND,
              () -> key + " at offset " + at + " follows sequence " + previous);
        }
        last.merge(key.producer(), key.sequence(), Math::max);
      }
    }
    acknowledged(offsets);
    invented(offsets);
  }

  private void nodesAgree() {
    run.finalLogs()
        .forEach(
            (node, own) -> {
              for (int offset = 0; offset < log.size(); offset++) {
                RecordKey expected = log.get(offset);
                int at = offset;
                if (offset >= own.size()) {
                  findings.add(
                      Anomaly.UNSEEN, () -> expected + " at offset " + at + " is not on " + node);
                } else if (!own.get(offset).equals(expected)) {
                  findings.add(
                      Anomaly.INCONSISTENT_OFFSETS,
                      () ->
                          "offset "
                              + at
                              + ": "
                              + own.get(at)
                              + " on "
                              + node
                              + ", else "
                              + expected);
                }
              }
            });
  }

  /** A list may have been split by earlier calls; then only its first record's offset is told. */
  private void acknowledged(Map<RecordKey, Integer> offsets) {
    for (Append append : run.history().appends()) {
      if (append.outcome() != Append.Outcome.ACKNOWLEDGED) {
        continue;
      }
      for (int i = 0; i < append.count; i++) {
        RecordKey key = append.key(i);
        Integer at = offsets.get(key);
        if (at == null) {
          findings.add(Anomaly.LOST_WRITE, () -> key + " is not in the log: " + append);
        } else if (i == 0 && append.offset() >= 0 && at != append.offset()) {
          findings.add(Anomaly.INCONSISTENT_OFFSETS, () -> append + ", but it is at " + at);
        }
      }
    }
  }

  private void invented(Map<RecordKey, Integer> offsets) {
    Set<RecordKey> sent = new HashSet<>();
    Set<RecordKey> possible = new HashSet<>();
    for (Append append : run.history().appends()) {
      for (int i = 0; i < append.count; i++) {
        sent.add(append.key(i));
        if (append.outcome() != Append.Outcome.REFUSED) {
          possible.add(append.key(i));
        }
      }
    }
    offsets.forEach(
        (key, at) -> {
          if (!sent.contains(key)) {
            findings.add(Anomaly.UNSENT, () -> key + " at offset " + at + " was never sent");
          } else if (!possible.contains(key)) {
            findings.add(
                Anomaly.G1A, () -> key + " at offset " + at + ", but every append was refused");
          }
        });
  }
}
