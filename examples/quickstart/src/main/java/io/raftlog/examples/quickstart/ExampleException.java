package io.raftlog.examples.quickstart;

/** Ends an example; the message is for the person who started it. */
final class ExampleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExampleException(String message) {
    super(message, null);
  }

  ExampleException(String message, Throwable cause) {
    super(message, cause);
  }
}
