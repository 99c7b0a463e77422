package io.raftlog;

/**
 * This node does not know enough of the log for what the read must see ({@link
 * ReadOptions#withAtLeast}, {@link ReadOptions#withMaxStaleness}), and did not learn it in time: it
 * is cut off or far behind. Nothing is wrong with the log: read again later, or on another node.
 */
public final class StaleReadException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /** What this node knew to be committed, exclusive. */
  private final long endOffset;

  /**
   * Makes one.
   *
   * @param message what happened, with the values, and what to do
   * @param endOffset the end of what this node knew to be committed, exclusive
   */
  public StaleReadException(String message, long endOffset) {
    super(message, null);
    this.endOffset = endOffset;
  }

  private StaleReadException(StaleReadException original) {
    super(original);
    this.endOffset = original.endOffset;
  }

  /**
   * How far this node was.
   *
   * @return the end of what it knew to be committed, exclusive
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
    return new StaleReadException(this);
  }
}
