package io.raftlog;

/**
 * The log already holds another payload under this producer and sequence: a bug of the application
 * (two writers with one producer id, or numbering that restarted), told before it loses data. This
 * call's payload is not in the log. Do not retry with this sequence.
 */
public final class SequenceReusedException extends RaftLogException {
  private static final long serialVersionUID = 1;

  private final long offset;

  /**
   * Makes one.
   *
   * @param producerId who appended
   * @param sequence the first sequence of the append
   * @param offset where the other record is
   */
  public SequenceReusedException(String producerId, long sequence, long offset) {
    super(
        "producer \""
            + producerId
            + "\" reused sequence "
            + sequence
            + " for another payload; the record in the log is at offset "
            + offset,
        null);
    this.offset = offset;
  }

  private SequenceReusedException(SequenceReusedException original) {
    super(original);
    this.offset = original.offset;
  }

  /**
   * Where the other record is.
   *
   * @return its offset
   */
  public long offset() {
    return offset;
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new SequenceReusedException(this);
  }
}
