package io.raftlog;

/**
 * What an append came to: the record, or for a list its first record, is in the log, durable on a
 * majority, and visible to reads on this node.
 *
 * @param offset the first record's offset; {@link #OFFSET_UNKNOWN} for a duplicate so old that it
 *     is no longer remembered where it is
 * @param timestamp when the leader took it in, by its wall clock, in milliseconds since 1970; 0 if
 *     the offset is unknown
 * @param outcome whether this call put it there
 */
public record AppendResult(long offset, long timestamp, Outcome outcome) {
  /** Stands for an offset that is no longer remembered. */
  public static final long OFFSET_UNKNOWN = -1;

  /** Whether the call put the record into the log. Both are successes. */
  public enum Outcome {
    /**
     * The record was appended. When the node had to send it again, because the answer was late or
     * the leader lost, this also stands for a duplicate that may be of its own first attempt; the
     * record is in the log once all the same.
     */
    APPENDED,
    /** The record was there already: nothing was stored, and the offset is the original one. */
    DUPLICATE
  }
}
