package io.raftlog;

/**
 * The append was handed to a leader, and its outcome was not known when the deadline passed or the
 * node was closed. The record may be in the log, now or later. Retry with the same producer,
 * sequence and payload, as often as you like, on any node: the answer will be {@link
 * AppendResult.Outcome#DUPLICATE} if it was there already. That holds as long as the log remembers
 * the producer; see {@link LogOptions.Builder#maxProducers}.
 */
public final class AppendOutcomeUnknownException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what happened, with the values, and what to do
   */
  public AppendOutcomeUnknownException(String message) {
    super(message, null);
  }

  private AppendOutcomeUnknownException(AppendOutcomeUnknownException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.UNKNOWN;
  }

  @Override
  RaftLogException rethrown() {
    return new AppendOutcomeUnknownException(this);
  }
}
