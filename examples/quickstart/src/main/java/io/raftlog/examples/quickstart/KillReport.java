package io.raftlog.examples.quickstart;

import java.util.List;
import java.util.Locale;

/**
 * The last line of {@link KillNine}, for programs.
 *
 * @param rounds how many times a leader was killed
 * @param appended how many records were acknowledged
 * @param lost how many of those that were sent are missing, on whichever node most are
 * @param reordered how many are out of order, on whichever node most are
 * @param duplicated how many are there twice, on whichever node most are
 * @param failoverMillis of each round: from the kill until the first acknowledgement, on a
 *     surviving node, of an append called after it; ascending
 * @param verified whether everything is as it should be
 */
record KillReport(
    int rounds,
    long appended,
    long lost,
    long reordered,
    long duplicated,
    List<Long> failoverMillis,
    boolean verified) {

  KillReport {
    failoverMillis = failoverMillis.stream().sorted().toList();
  }

  /** What there is to say when it came to nothing. */
  static KillReport failed(int rounds) {
    return new KillReport(rounds, 0, 0, 0, 0, List.of(), false);
  }

  String json() {
    int count = failoverMillis.size();
    return String.format(
        Locale.ROOT,
        "{\"rounds\":%d,\"appended\":%d,\"lost\":%d,\"reordered\":%d,\"duplicated\":%d,"
            + "\"failoverMillis\":{\"p50\":%s,\"max\":%s},\"verified\":%b}",
        rounds,
        appended,
        lost,
        reordered,
        duplicated,
        count == 0 ? "null" : String.valueOf(failoverMillis.get((count - 1) / 2)),
        count == 0 ? "null" : String.valueOf(failoverMillis.get(count - 1)),
        verified);
  }
}
