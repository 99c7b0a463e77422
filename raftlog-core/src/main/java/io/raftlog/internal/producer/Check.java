package io.raftlog.internal.producer;

/**
 * What the table says of an append.
 *
 * @param kind the answer
 * @param expectedSequence of a GAP, the sequence that would be right; of a registration that is in
 *     the log, the producer's next sequence; else 0
 * @param offset of a DUPLICATE the first record's offset, -1 if it is no longer remembered; of a
 *     REUSED the other record's offset
 * @param timestamp of a DUPLICATE whose offset is remembered, else 0
 */
public record Check(Kind kind, long expectedSequence, long offset, long timestamp) {
  /** The answers. */
  public enum Kind {
    /** The producer's next sequence: append it. */
    NEXT,
    /** It is in the log. */
    DUPLICATE,
    /** Not the next sequence, or a list that begins before the next one and ends after it. */
    GAP,
    /** Its sequence is in the log with another payload. */
    REUSED,
    /** The producer is not known, and the sequence is not 0. */
    UNKNOWN_PRODUCER,
    /** The producer has been registered anew: this will never be in the log. */
    FENCED
  }

  static final Check NEXT = new Check(Kind.NEXT, 0, 0, 0);
  static final Check UNKNOWN_PRODUCER = new Check(Kind.UNKNOWN_PRODUCER, 0, 0, 0);

  static final Check FENCED = new Check(Kind.FENCED, 0, 0, 0);

  static Check gap(long expected) {
    return new Check(Kind.GAP, expected, 0, 0);
  }
}
