package io.raftlog.internal.message;

import io.raftlog.internal.entry.ProducerId;

/**
 * What the leader decided about consecutive sequences of a producer, other than to append them.
 *
 * @param producer the producer
 * @param firstSequence the first sequence
 * @param count how many
 * @param kind the decision
 * @param value by kind: the first record's offset or -1 if no longer known (DUPLICATE), the
 *     expected sequence (GAP), the other record's offset (REUSED), else 0
 * @param timestamp of a DUPLICATE whose offset is known, else 0
 */
public record Verdict(
    ProducerId producer, long firstSequence, int count, Kind kind, long value, long timestamp) {
  /** What was decided. */
  public enum Kind {
    /** Committed already. */
    DUPLICATE,
    /** Not the producer's next sequence, or a list that straddles it. */
    GAP,
    /** Committed already with another payload. */
    REUSED,
    /** The producer is not known, and the sequence is not 0. */
    UNKNOWN_PRODUCER
  }
}
