package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a start is refused whose files are not what they were. Stateless. */
final class Corruption {
  private Corruption() {}

  /**
   * The exception that says what is wrong, and what to do.
   *
   * @param where the file or directory
   * @param what is wrong with it
   */
  static NodeStartException of(Path where, String what) {
    return of(where, what, null);
  }

  /** The same, with what has led to it. */
  static NodeStartException of(Path where, String what, @Nullable Throwable cause) {
    return new NodeStartException(
        Reason.CORRUPTED,
        where
            + " is corrupted: "
            + what
            + ". Check the disk; then let the node start with an empty directory, and it is caught"
            + " up by the others",
        cause);
  }
}
