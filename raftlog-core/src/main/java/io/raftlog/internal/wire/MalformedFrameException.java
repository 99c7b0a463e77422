package io.raftlog.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are not a header that this version understands: corrupted, hostile, or of a newer
 * protocol version. The frame is to be dropped; nothing of it was acted on. It has no stack trace,
 * since a peer can cause as many as it likes, and the message says what did not match.
 */
public final class MalformedFrameException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MalformedFrameException(String message) {
    this(message, null);
  }

  MalformedFrameException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
