package io.raftlog.jepsen.history;

import org.jspecify.annotations.Nullable;

/**
 * An invocation and its completion.
 *
 * @param invoked the call
 * @param completed how it ended, null when the run ended before
 */
public record Operation(Event invoked, @Nullable Event completed) {
  /** What was called. */
  public String f() {
    return invoked.f();
  }

  /** Whether it succeeded. */
  public boolean ok() {
    return completed != null && completed.type() == Event.Type.OK;
  }

  /** The exception's name, empty when there is none. */
  public String error() {
    return completed == null ? "" : completed.text("error");
  }

  @Override
  public String toString() {
    return invoked.toLine() + (completed == null ? "" : " " + completed.toLine());
  }
}
