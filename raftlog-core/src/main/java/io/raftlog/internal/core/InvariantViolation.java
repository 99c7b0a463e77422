package io.raftlog.internal.core;

/** A property on which the log's safety rests does not hold. The replica stops. */
public final class InvariantViolation extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what does not hold, with the values
   */
  public InvariantViolation(String message) {
    super(message);
  }
}
