package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, before RocksDB sees it, whether a write-ahead log is what a crash can leave behind.
 * Stateless.
 */
final class WalCheck {
  private static final Logger LOG = LoggerFactory.getLogger(WalCheck.class);

  private WalCheck() {}

  /**
   * Checks all files, and cuts off a torn last batch.
   *
   * @param rocksDirectory RocksDB's directory
   * @param durable the sequence number up to which everything was synced, by the durable mark
   * @return the last sequence number in the log, or 0 when there is no batch in it
   * @throws NodeStartException when something is missing that was synced; nothing was changed
   */
  static long run(String node, Path rocksDirectory, long durable) throws IOException {
    List<Path> files = Files.isDirectory(rocksDirectory) ? files(rocksDirectory) : List.of();
    if (files.isEmpty()) {
      throw corrupted(rocksDirectory, "its write-ahead log is missing", durable);
    }
    long sequence = 0;
    for (int i = 0; i < files.size(); i++) {
      boolean last = i == files.size() - 1;
      sequence = check(node, files.get(i), sequence, last, durable);
    }
    return sequence;
  }

  private static long check(String node, Path file, long previous, boolean last, long durable)
      throws IOException {
    try (WalFile wal = new WalFile(file, previous)) {
      WalFile.Flaw flaw = wal.findFlaw();
      if (flaw != null) {
        if (!last) {
          throw corrupted(file, flaw + ", and later files exist", durable);
        }
        if (!flaw.perhapsTorn()) {
          throw corrupted(file, flaw.toString(), durable);
        }
        long later = wal.findLaterBatch();
        if (later >= 0) {
          throw corrupted(file, flaw + ", and a later batch begins at byte " + later, durable);
        }
      }
      if (last && wal.lastSequence() != 0 && wal.lastSequence() < durable) {
        String what = flaw == null ? "its last batches are missing" : flaw.toString();
        throw corrupted(file, what + ", intact up to number " + wal.lastSequence(), durable);
      }
      if (flaw != null) {
        LOG.warn(
            "node={} cuts off a torn last batch, which was never reported as durable"
                + " file={} flaw=\"{}\" intactBytes={} fileBytes={}",
            node,
            file,
            flaw,
            wal.intactBytes(),
            wal.fileBytes());
        DurableFiles.truncate(file, wal.intactBytes());
      }
      return wal.lastSequence();
    }
  }

  /** The log's files, oldest first. */
  static List<Path> files(Path rocksDirectory) throws IOException {
    try (Stream<Path> files = Files.list(rocksDirectory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d+\\.log"))
          .sorted(Comparator.comparingLong(WalCheck::number))
          .toList();
    }
  }

  private static long number(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - ".log".length()));
  }

  private static NodeStartException corrupted(Path where, String what, long durable) {
    return new NodeStartException(
        Reason.CORRUPTED,
        where
            + " is corrupted: "
            + what
            + "; everything up to number "
            + durable
            + " had been synced. Nothing was changed. Check the disk; then let the node start with"
            + " an empty directory, and it is caught up by the others",
        null);
  }
}
