package io.raftlog;

/**
 * The log has as many durable subscriptions as it may have, and this would be a new one. None was
 * made. Remove one that nobody needs ({@link RaftLog#subscriptions} lists them), then ask again.
 */
public final class TooManySubscriptionsException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param name the subscription's
   * @param limit how many there may be
   */
  public TooManySubscriptionsException(String name, int limit) {
    super(
        "subscription \""
            + name
            + "\" was not made: the log has "
            + limit
            + " durable subscriptions already; remove one that nobody needs",
        null);
  }

  private TooManySubscriptionsException(TooManySubscriptionsException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new TooManySubscriptionsException(this);
  }
}
