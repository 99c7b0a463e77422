package io.raftlog;

/**
 * A read asked for a record that was trimmed; the first one still there is {@link #startOffset}.
 */
public final class OffsetTrimmedException extends RaftLogException {
  private static final long serialVersionUID = 1;

  private final long requestedOffset;
  private final long startOffset;

  /**
   * Makes one.
   *
   * @param requestedOffset what was asked for
   * @param startOffset the first retained offset
   */
  public OffsetTrimmedException(long requestedOffset, long startOffset) {
    super(
        "offset " + requestedOffset + " was trimmed: the first retained offset is " + startOffset,
        null);
    this.requestedOffset = requestedOffset;
    this.startOffset = startOffset;
  }

  private OffsetTrimmedException(OffsetTrimmedException original) {
    super(original);
    this.requestedOffset = original.requestedOffset;
    this.startOffset = original.startOffset;
  }

  /**
   * What was asked for.
   *
   * @return the requested offset
   */
  public long requestedOffset() {
    return requestedOffset;
  }

  /**
   * The first offset that is retained.
   *
   * @return the start, inclusive
   */
  public long startOffset() {
    return startOffset;
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new OffsetTrimmedException(this);
  }
}
