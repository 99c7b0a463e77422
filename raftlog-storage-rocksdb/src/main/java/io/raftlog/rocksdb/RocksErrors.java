package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB's errors mean. Stateless. */
final class RocksErrors {
  private RocksErrors() {}

  static boolean isDiskFull(RocksDBException e) {
    Status status = e.getStatus();
    return status != null && status.getSubCode() == Status.SubCode.NoSpace;
  }

  /** An error of RocksDB while a storage is opened. */
  static NodeStartException whileOpening(Path directory, RocksDBException e) {
    Status status = e.getStatus();
    Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
    if (isDiskFull(e)) {
      return new NodeStartException(
          Reason.DIRECTORY_UNUSABLE,
          "no space left for data directory " + directory + ": " + e.getMessage(),
          e);
    }
    return switch (code) {
      case Corruption, InvalidArgument, NotFound ->
          new NodeStartException(
              Reason.CORRUPTED,
              "data directory " + directory + " is corrupted: " + e.getMessage(),
              e);
      case IOError ->
          new NodeStartException(
              Reason.DIRECTORY_UNUSABLE,
              "data directory " + directory + " cannot be read or written: " + e.getMessage(),
              e);
      default ->
          new NodeStartException(
              Reason.OTHER, "cannot open data directory " + directory + ": " + e.getMessage(), e);
    };
  }
}
