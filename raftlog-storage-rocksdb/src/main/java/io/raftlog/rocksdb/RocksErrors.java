package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.StorageException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB's errors mean, and the disk's. Stateless. */
final class RocksErrors {
  /** What to do about an error of the system that is not known more closely. */
  static final String ADVICE =
      "; check the disk and the limits of this process (ulimit -a), and start again";

  private RocksErrors() {}

  /**
   * By RocksDB's sub-code, or, since it loses that on some ways, by what is said: by the system, or
   * by RocksDB of a compaction for whose output there is no room.
   */
  static boolean isDiskFull(Throwable e) {
    if (e instanceof DiskFullException) {
      return true;
    }
    Status status = e instanceof RocksDBException rocks ? rocks.getStatus() : null;
    String message = String.valueOf(e.getMessage());
    return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
        || message.contains("No space left on device")
        || message.contains("Disk quota exceeded")
        || message.contains("Compaction too large");
  }

  /** RocksDB's "path not found" is the one sub-code of I/O errors that its Java side lacks. */
  private static boolean isMissingFile(@Nullable Status status) {
    return status != null
        && status.getCode() == Status.Code.IOError
        && status.getSubCode() == Status.SubCode.Undefined;
  }

  /** An error of RocksDB while a storage is opened. */
  static NodeStartException whileOpening(Path directory, RocksDBException e) {
    Status status = e.getStatus();
    Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
    if (isDiskFull(e)) {
      return new NodeStartException(
          Reason.DIRECTORY_UNUSABLE,
          "no space left for data directory "
              + directory
              + ": "
              + e.getMessage()
              + "; make room and start again",
          e);
    }
    if (isMissingFile(status)) {
      return Corruption.of(directory, String.valueOf(e.getMessage()), e);
    }
    return switch (code) {
      case Corruption, NotFound -> Corruption.of(directory, String.valueOf(e.getMessage()), e);
      // An invalid argument is what it makes of a file that it cannot open: too many are open, say.
      case IOError, InvalidArgument ->
          new NodeStartException(
              Reason.DIRECTORY_UNUSABLE,
              "data directory "
                  + directory
                  + " cannot be read or written: "
                  + e.getMessage()
                  + ADVICE,
              e);
      default ->
          new NodeStartException(
              Reason.OTHER, "cannot open data directory " + directory + ": " + e.getMessage(), e);
    };
  }

  /** An error of RocksDB while a storage is read. */
  static StorageException whileReading(String what, Path directory, RocksDBException e) {
    String message = "cannot read " + what + " in " + directory + ": " + e.getMessage();
    Status status = e.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption
        ? StorageException.corrupted(message, e)
        : new StorageException(message, e);
  }
}
