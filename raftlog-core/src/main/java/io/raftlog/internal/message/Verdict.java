package io.raftlog.internal.message;

import io.raftlog.internal.entry.ProducerId;

/**
 * What the leader decided about consecutive sequences of a producer, other than to append them.
 *
 * @param producer the producer
 * @param firstSequence the first sequence
 * @param count how many
 * @param kind the decision
 * @param expectedSequence of a GAP, the sequence that would be right; of an UNKNOWN_PRODUCER, the
 *     index up to which the leader had committed then; else 0
 */
public record Verdict(
    ProducerId producer, long firstSequence, int count, Kind kind, long expectedSequence) {
  /** What was decided. */
  public enum Kind {
    /** In the leader's log, committed or not, perhaps with another payload. */
    DUPLICATE,
    /** Not the producer's next sequence, or a list that straddles it. */
    GAP,
    /** The producer is not known, and the sequence is not 0. */
    UNKNOWN_PRODUCER
  }
}
