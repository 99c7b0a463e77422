package io.raftlog.internal.message;

import io.raftlog.internal.entry.ProducerId;

/**
 * What the leader decided about consecutive sequences of a producer, other than to append them.
 *
 * @param producer the producer
 * @param firstSequence the first sequence
 * @param count how many
 * @param kind the decision
 * @param expectedSequence of a GAP, the sequence that would be right; else 0
 * @param committedIndex of a GAP or an UNKNOWN_PRODUCER, up to where the leader had committed when
 *     it said so; else 0
 */
public record Verdict(
    ProducerId producer,
    long firstSequence,
    int count,
    Kind kind,
    long expectedSequence,
    long committedIndex) {
  /** What was decided. */
  public enum Kind {
    /** In the leader's log, committed or not, perhaps with another payload. */
    DUPLICATE,
    /** Not the producer's next sequence, or a list that straddles it. */
    GAP,
    /** The producer is not known, and the sequence is not 0. */
    UNKNOWN_PRODUCER
  }

  public static Verdict duplicate(ProducerId producer, long firstSequence, int count) {
    return new Verdict(producer, firstSequence, count, Kind.DUPLICATE, 0, 0);
  }

  public static Verdict gap(
      ProducerId producer, long firstSequence, int count, long expected, long committedIndex) {
    return new Verdict(producer, firstSequence, count, Kind.GAP, expected, committedIndex);
  }

  public static Verdict unknownProducer(
      ProducerId producer, long firstSequence, int count, long committedIndex) {
    return new Verdict(producer, firstSequence, count, Kind.UNKNOWN_PRODUCER, 0, committedIndex);
  }
}
