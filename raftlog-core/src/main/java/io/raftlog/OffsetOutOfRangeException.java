package io.raftlog;

/**
 * A read asked for an offset beyond the end of what this node knows to be committed. Another node,
 * or this one a moment later, may know more; a linearizable read always does.
 */
public final class OffsetOutOfRangeException extends RaftLogException {
  private static final long serialVersionUID = 1;

  private final long requestedOffset;
  private final long startOffset;
  private final long endOffset;

  /**
   * Makes one.
   *
   * @param requestedOffset what was asked for
   * @param startOffset the first retained offset
   * @param endOffset the end, exclusive
   */
  public OffsetOutOfRangeException(long requestedOffset, long startOffset, long endOffset) {
    super(
        "offset "
            + requestedOffset
            + " is beyond the end: this node has offsets from "
            + startOffset
            + " to "
            + endOffset
            + " (exclusive)",
        null);
    this.requestedOffset = requestedOffset;
    this.startOffset = startOffset;
    this.endOffset = endOffset;
  }

  private OffsetOutOfRangeException(OffsetOutOfRangeException original) {
    super(original);
    this.requestedOffset = original.requestedOffset;
    this.startOffset = original.startOffset;
    this.endOffset = original.endOffset;
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

  /**
   * The end of what this node knows to be committed.
   *
   * @return the end, exclusive; a read at exactly this offset returns no records
   */
  public long endOffset() {
    return endOffset;
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new OffsetOutOfRangeException(this);
  }
}
