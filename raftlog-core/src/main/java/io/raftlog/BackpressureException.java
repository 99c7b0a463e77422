package io.raftlog;

/**
 * Too much is in flight on this node: nothing of this call was appended, and it was refused at
 * once. Retry the same sequence when earlier appends have completed.
 *
 * <p>A read fails with this when {@link LogOptions#maxWaitingReads} wait already, or, if it is not
 * served from memory, when 10,000 wait for this node's disk, those of all its logs and calls of
 * {@link RaftLog#offsetAt} together. Read again when some are done.
 */
public final class BackpressureException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what happened, with the values, and what to do
   */
  public BackpressureException(String message) {
    super(message, null);
  }

  private BackpressureException(BackpressureException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new BackpressureException(this);
  }
}
