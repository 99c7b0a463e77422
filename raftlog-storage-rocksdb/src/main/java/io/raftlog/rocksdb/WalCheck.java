package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.rocksdb.RecordFile.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, before RocksDB sees it, whether a write-ahead log is what a crash can leave behind: it
 * accepts a whole log, cuts off a torn last batch, and refuses everything else. Stateless.
 *
 * <p>RocksDB cannot be left to decide. What 11.8.1 does by itself, seen by experiment, each damage
 * made to a log of ten synced batches in one file (T = TolerateCorruptedTailRecords, A =
 * AbsoluteConsistency, P = PointInTimeRecovery, the default):
 *
 * <pre>{@code
 * damage                               T             A             P
 * last batch cut off at any byte       drops it      refuses       drops it
 * last batch cut off as a whole        accepts       accepts       accepts
 * bit flip in the middle               refuses       refuses       drops it and all after it
 * bit flip in the last batch           refuses       refuses       drops it
 * ... in its length                    drops it      refuses       drops it
 * ... in a type, to "recyclable"       open() never returns, in any mode; see ManifestCheck
 * zeros instead of the last batch      drops it      drops it      drops it
 * zeros instead of two in the middle   drops them and the rest of the block, in all modes
 * zeros appended                       accepts       1-6 refused   accepts
 * file missing                         opens an empty database, in all modes
 * }</pre>
 *
 * So the log is read here first, and RocksDB opens it in mode A, which by then finds it whole. What
 * this knows and RocksDB does not:
 *
 * <ul>
 *   <li>There is one writer and it syncs every batch, so at most the last batch of the last file
 *       was in flight. A flaw with another batch after it, in this file or in a later one, is
 *       damage.
 *   <li>Each operation has the next sequence number, so what is missing in between is noticed.
 *   <li>The {@link DurableMark} tells a last batch that was in flight from one that was durable. A
 *       batch that was in flight may be cut off anywhere, and after a power failure any of its
 *       pages may be zeros; a batch that was durable may not.
 *   <li>A new file's first batch is followed by another one at once ({@link Database#commit}), so
 *       that a file without any intact batch was never of use.
 *   <li>Files are deleted from the oldest on; that a closed one is there is known to RocksDB's
 *       manifest ({@code track_and_verify_wals_in_manifest}), which refuses if it is not.
 * </ul>
 *
 * <p>The cut is made, and synced, before RocksDB opens the log, so that a torn batch is never found
 * in any but the last file. Reading takes as long as the disk needs for a few write buffers.
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
      Flaw flaw = wal.findFlaw();
      if (flaw != null) {
        if (!last) {
          throw corrupted(file, flaw + ", and later files exist", durable);
        }
        if (flaw.kind() == Flaw.Kind.CONTRADICTION) {
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
