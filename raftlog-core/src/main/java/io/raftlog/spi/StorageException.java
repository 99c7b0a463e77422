package io.raftlog.spi;

import org.jspecify.annotations.Nullable;

/**
 * A storage could not do what it was asked: the disk failed, or stored bytes are corrupted. The
 * replica that sees it stops; the other nodes go on.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what was tried, on which file or log, and what an operator can do
   * @param cause why, or null
   */
  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
