package io.raftlog.rocksdb;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The disk has no room for what was to be written. */
final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1;

  DiskFullException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
