package io.raftlog;

/**
 * The node is closed, or was closed before the call was handed to anybody: nothing was appended.
 * Use another node; the same sequence is free. Also what a closed {@link Producer} answers.
 */
public final class NodeClosedException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what happened, with the values, and what to do
   */
  public NodeClosedException(String message) {
    super(message, null);
  }

  private NodeClosedException(NodeClosedException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new NodeClosedException(this);
  }
}
