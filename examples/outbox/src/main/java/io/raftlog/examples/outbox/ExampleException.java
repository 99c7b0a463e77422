package io.raftlog.examples.outbox;

import org.jspecify.annotations.Nullable;

/** Ends the example; the message is for the person who started it. */
final class ExampleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExampleException(String message) {
    this(message, null);
  }

  ExampleException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
