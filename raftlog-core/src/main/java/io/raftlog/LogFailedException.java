package io.raftlog;

import org.jspecify.annotations.Nullable;

/**
 * This node's replica of the log has stopped for good: its disk failed, or it found its own state
 * to be wrong. It neither votes nor acknowledges any more; the other nodes go on. An append that
 * was already in flight here may be in the log ({@link #fate}): repeat it, with the same sequence,
 * on another node. Replace the disk or the machine and start the node again.
 */
public final class LogFailedException extends RaftLogException {
  private static final long serialVersionUID = 1;

  private final Fate fate;

  /**
   * Makes one.
   *
   * @param fate what became of the append
   * @param message what failed
   * @param cause the underlying error, or null
   */
  public LogFailedException(Fate fate, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.fate = fate;
  }

  private LogFailedException(LogFailedException original) {
    super(original);
    this.fate = original.fate;
  }

  @Override
  public Fate fate() {
    return fate;
  }

  @Override
  RaftLogException rethrown() {
    return new LogFailedException(this);
  }
}
