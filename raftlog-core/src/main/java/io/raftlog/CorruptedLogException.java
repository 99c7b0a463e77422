package io.raftlog;

import org.jspecify.annotations.Nullable;

/**
 * Stored bytes do not match their checksum. A corrupted entry is never served: the read fails, and
 * this replica stops, because its disk cannot be trusted. Nothing was appended by the call that
 * failed; the other nodes go on, and the record can be read there.
 */
public final class CorruptedLogException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message which log and entry, and what did not match
   * @param cause the underlying error, or null
   */
  public CorruptedLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  private CorruptedLogException(CorruptedLogException original) {
    super(original);
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new CorruptedLogException(this);
  }
}
