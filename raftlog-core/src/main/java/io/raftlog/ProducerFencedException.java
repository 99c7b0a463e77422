package io.raftlog;

/**
 * The producer was registered again, here or elsewhere, and one writer at a time may use its id.
 * Definitely not in the log, and it never will be by this call. Do not retry: whoever registered
 * the producer goes on from its last sequence. To take over again, ask for a new {@link Producer}.
 */
public final class ProducerFencedException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param producerId whose registration is no longer in force
   * @param sequence the first sequence of the append
   */
  public ProducerFencedException(String producerId, long sequence) {
    super(
        "producer \""
            + producerId
            + "\" has been registered again, sequence "
            + sequence
            + " was not appended; one writer at a time may use a producer id",
        null);
  }

  private ProducerFencedException(ProducerFencedException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new ProducerFencedException(this);
  }
}
