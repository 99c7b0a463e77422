package io.raftlog.benchmarks.failover;

import java.util.List;
import java.util.Map;

/**
 * One contender whose leader was killed again and again.
 *
 * @param contender its label
 * @param round which round, from 1
 * @param tuned whether it was set to notice a dead leader sooner than by default
 * @param timing the settings that decide it
 * @param millis for each kill, milliseconds from the kill to the first acknowledgement of an append
 *     that was called afterwards; {@link Failover#LIMIT_SECONDS} where there was none for so long
 * @param stuck how often appends did not go on, or the killed replica did not catch up when it was
 *     started again, so that a new cluster had to be started
 * @param acknowledged appends acknowledged in all
 * @param lost acknowledged records that a replica did not have in the end
 * @param duplicates records that a replica had more than once
 * @param foreign records that a replica had and nobody had appended so
 */
public record FailoverRun(
    String contender,
    int round,
    boolean tuned,
    Map<String, String> timing,
    List<Double> millis,
    int stuck,
    long acknowledged,
    long lost,
    long duplicates,
    long foreign) {
  /** Makes the collections unmodifiable. */
  public FailoverRun {
    timing = Map.copyOf(timing);
    millis = List.copyOf(millis);
  }

  /** Records that a replica did not have exactly once and as they were appended. */
  public long unsound() {
    return lost + duplicates + foreign;
  }
}
