package io.raftlog.internal.entry;

/** Bytes that are not a valid entry: corrupted, cut off, or of an unknown format. */
public final class MalformedEntryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what did not match
   */
  public MalformedEntryException(String message) {
    super(message);
  }
}
