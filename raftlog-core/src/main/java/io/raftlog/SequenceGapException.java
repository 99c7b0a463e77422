package io.raftlog;

/**
 * The sequence is not the next one of its producer, or a list begins before the next one and ends
 * after it. Definitely not in the log; nothing of the call was stored. Resend from {@link
 * #expectedSequence}, in order. Given only after the leader had confirmed with a quorum that it
 * leads.
 */
public final class SequenceGapException extends RaftLogException {
  private static final long serialVersionUID = 1;

  private final long expectedSequence;

  /**
   * Makes one.
   *
   * @param producerId who appended
   * @param sequence the first sequence of the append
   * @param count how many records it had
   * @param expectedSequence the producer's next sequence
   */
  public SequenceGapException(String producerId, long sequence, int count, long expectedSequence) {
    super(
        "producer \""
            + producerId
            + "\" appended sequence "
            + sequence
            + (count == 1 ? "" : " to " + (sequence + count - 1))
            + ", but expected is "
            + expectedSequence
            + "; nothing was stored, resend from "
            + expectedSequence,
        null);
    this.expectedSequence = expectedSequence;
  }

  private SequenceGapException(SequenceGapException original) {
    super(original);
    this.expectedSequence = original.expectedSequence;
  }

  /**
   * The producer's next sequence.
   *
   * @return one more than the producer's last sequence that the leader knew to be committed when it
   *     refused. By now there may be more, if others were under way; what is sent again of those is
   *     a duplicate
   */
  public long expectedSequence() {
    return expectedSequence;
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new SequenceGapException(this);
  }
}
