package io.raftlog;

/**
 * The durable subscription was claimed again, here or elsewhere, or was removed. The position was
 * not moved by this call and never will be. Do not retry: whoever claimed it goes on from its
 * position. To take over again, ask for a new {@link Subscription}.
 */
public final class SubscriptionFencedException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param name the subscription's
   */
  public SubscriptionFencedException(String name) {
    super(
        "subscription \""
            + name
            + "\" has been claimed again or removed; one owner at a time may move its position",
        null);
  }

  private SubscriptionFencedException(SubscriptionFencedException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new SubscriptionFencedException(this);
  }
}
