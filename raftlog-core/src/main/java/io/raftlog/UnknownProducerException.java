package io.raftlog;

/**
 * The log does not know this producer, never having seen it or having evicted it, and the sequence
 * is not 0. Definitely not in the log. The log cannot tell whether earlier sequences are in it:
 * reconcile by reading, then begin again with sequence 0, best under a new producer id.
 */
public final class UnknownProducerException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param producerId who appended
   * @param sequence the first sequence of the append
   */
  public UnknownProducerException(String producerId, long sequence) {
    super(
        "producer \""
            + producerId
            + "\" is not known (never seen, or evicted), so sequence "
            + sequence
            + " cannot be checked; a new producer begins with 0",
        null);
  }

  private UnknownProducerException(UnknownProducerException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new UnknownProducerException(this);
  }
}
