package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.rocksdb.RecordFile.Flaw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Refuses a damaged manifest before RocksDB reads it: at a flipped bit in a record's type RocksDB
 * 11.8.1 loops for ever. Stateless.
 *
 * <p>What a crash may leave is left to RocksDB: a manifest that ends within a record, or in zeros,
 * and one in whose last block a record's header is zeros, although others are behind it. That is
 * because tables of all families are one change, but a record each, and synced together: what was
 * written first may be lost in a power failure that keeps what was written later. RocksDB takes
 * such a header for the end of its block, and drops the record and what is behind it. If it was
 * damage, then files are missing or too many, and RocksDB or {@link WalRecovery} refuse. In an
 * earlier block it would go on with the next one, and leave out what is between: that is refused.
 */
final class ManifestCheck {
  /** The longest file {@code CURRENT}, which holds a file name and a line feed. */
  private static final int MAX_CURRENT_BYTES = 256;

  private ManifestCheck() {}

  /**
   * Checks the current manifest.
   *
   * @throws NodeStartException when it is missing or damaged; nothing was changed
   */
  static void run(Path rocksDirectory) throws IOException {
    Path current = rocksDirectory.resolve("CURRENT");
    mustExist(current);
    if (Files.size(current) > MAX_CURRENT_BYTES) {
      throw Corruption.of(current, "it is too long");
    }
    String name = Files.readString(current, StandardCharsets.ISO_8859_1).strip();
    if (!name.matches("MANIFEST-\\d+")) {
      throw Corruption.of(current, "it does not name a manifest");
    }
    Path manifest = rocksDirectory.resolve(name);
    mustExist(manifest);
    try (RecordFile file = new RecordFile(manifest)) {
      Flaw flaw = file.scan();
      if (flaw == null || file.isZeroFrom(flaw.position())) {
        return;
      }
      if (file.isInLastBlock(flaw.position()) && file.hasZeroHeader(flaw.position())) {
        return;
      }
      if (!flaw.isCutOff() || !isCutOffByCrash(file, flaw.position())) {
        throw Corruption.of(manifest, flaw.toString());
      }
    }
  }

  private static void mustExist(Path file) throws IOException {
    if (!DurableFiles.exists(file)) {
      throw Corruption.of(file, "it is missing");
    }
  }

  /**
   * Whether a record is the last one, and what is left of it is too short to have a type, or has a
   * known one. With a damaged length, others are behind it.
   */
  private static boolean isCutOffByCrash(RecordFile file, long position) throws IOException {
    file.load(position - position % RecordFile.BLOCK_BYTES);
    int header = (int) (position % RecordFile.BLOCK_BYTES);
    int last = file.block().limit() - RecordFile.HEADER_BYTES;
    for (int i = header + 1; i <= last; i++) {
      if (RecordFile.isKnown(file.type(i)) && file.isIntact(i)) {
        return false;
      }
    }
    return header > last || RecordFile.isKnown(file.type(header));
  }
}
