package io.raftlog;

/**
 * The log does not know this producer, never having seen it or having evicted it, and the sequence
 * is not 0. This call did not append it. The log cannot tell whether earlier sequences are in it,
 * nor whether an earlier call with this one is, whose outcome was unknown: reconcile by reading,
 * then begin again with sequence 0, best under a new producer id.
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
            + " cannot be checked, and was not appended by this call; read what is in the log, then begin"
            + " again with 0",
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
