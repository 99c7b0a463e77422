package io.raftlog.spi;

import org.jspecify.annotations.Nullable;

/**
 * A storage could not do what it was asked: the disk failed, or stored bytes are corrupted. The
 * replica that sees it stops; the other nodes go on. {@link #isCorruption} decides what the
 * application is told: that what is stored cannot be trusted, or that it cannot be read.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean corruption;

  /**
   * The disk failed, or the storage is closed.
   *
   * @param message what was tried, on which file or log, and what an operator can do
   * @param cause why, or null
   */
  public StorageException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private StorageException(String message, @Nullable Throwable cause, boolean corruption) {
    super(message, cause);
    this.corruption = corruption;
  }

  /**
   * What is stored is not what was written. A storage need not find that out: raftlog checks the
   * bytes of every entry that it reads.
   *
   * @param message what was read, from which file or log, and what did not match
   * @param cause why, or null
   * @return the exception
   */
  public static StorageException corrupted(String message, @Nullable Throwable cause) {
    return new StorageException(message, cause, true);
  }

  /**
   * Whether stored bytes are known to be corrupted.
   *
   * @return false if the disk failed, as far as the storage can tell
   */
  public boolean isCorruption() {
    return corruption;
  }
}
