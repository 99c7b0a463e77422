package io.raftlog;

/**
 * No leader was reached until the deadline. An append that fails with this was never handed to one:
 * it is definitely not in the log. Retry with the same sequence, on this or another node.
 *
 * <p>A linearizable read also fails with this when a leader has answered, but this node lags and
 * has not applied the log up to there within the read's timeout. Repeat it, here or on another
 * node.
 */
public final class NoLeaderException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what happened, with the values, and what to do
   */
  public NoLeaderException(String message) {
    super(message, null);
  }

  private NoLeaderException(NoLeaderException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new NoLeaderException(this);
  }
}
