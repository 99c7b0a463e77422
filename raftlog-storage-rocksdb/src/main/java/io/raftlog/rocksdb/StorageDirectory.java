package io.raftlog.rocksdb;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data directory: what is in it, whose it is, and how it is formatted. Used by the thread that
 * opens the storage, which has the {@link DirectoryLock}.
 *
 * <pre>{@code
 * identity         whose directory it is: Identity
 * identity.new     the same, while the directory is being formatted or taken over
 * durable          up to where everything was synced: DurableMark
 * lock, lock-in-process
 * wal/             the write-ahead log: WalFile
 * rocksdb/         the database: Layout
 * }</pre>
 *
 * <p>Formatting makes the mark, which promises nothing yet, writes {@code identity.new} before all
 * else and renames it to {@code identity} last. So a crash in between leaves no database, or one
 * with {@code identity.new} only and with such a mark or none: no log was ever written, and it is
 * formatted again. Any other database without {@code identity} was not left by a crash.
 *
 * <p>Whether the directory is a copy, two files tell. {@code identity} never changes, so what
 * restores a backup over the directory may take it for restored already and leave it, while all
 * else becomes what it was. {@code durable} is the same file for ever too, but is written to by
 * every start, so such a restore puts another file in its place.
 */
final class StorageDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(StorageDirectory.class);

  private final Settings settings;
  private final Path path;

  StorageDirectory(Settings settings) {
    this.settings = settings;
    this.path = settings.directory();
  }

  Path rocks() {
    return path.resolve("rocksdb");
  }

  Path wal() {
    return path.resolve("wal");
  }

  Path durableMark() {
    return path.resolve("durable");
  }

  /** The exception for a mark that is not there, or cannot be read. */
  NodeStartException noMark() {
    return Corruption.of(
        durableMark(), "it is missing or damaged, so nobody can tell whether the log is complete");
  }

  private Path identity() {
    return path.resolve("identity");
  }

  private Path newIdentity() {
    return path.resolve("identity.new");
  }

  /** Makes the directory if it is not there, and its name durable in any case. */
  void create() throws IOException {
    DurableFiles.createDirectories(path);
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null && Files.isReadable(parent)) {
      DurableFiles.syncDirectory(parent);
    }
  }

  /**
   * Reads whose directory it is, and makes it this node's if it is nobody's.
   *
   * @return the incarnation
   * @throws NodeStartException when it is somebody else's, a copy, or damaged
   */
  UUID identify(String clusterId, NodeId nodeId) throws IOException, RocksDBException {
    if (!DurableFiles.exists(identity())) {
      boolean written = DurableFiles.exists(rocks()) || DurableFiles.exists(wal());
      if (written && !wasBeingFormatted()) {
        throw new NodeStartException(
            Reason.CORRUPTED,
            path
                + " has a database or a write-ahead log but no file "
                + identity()
                + ": nobody can tell whose it is."
                + " Restore that file, or let the node start with an empty directory",
            null);
      }
      return format(clusterId, nodeId);
    }
    // Whoever gave the file its name may have died before that was durable.
    DurableFiles.syncDirectory(path);
    Identity identity = readIdentity();
    check("cluster", Reason.WRONG_CLUSTER, identity.clusterId(), clusterId);
    check("node", Reason.WRONG_NODE, identity.nodeId(), nodeId.value());
    checkCopied(identity);
    Files.deleteIfExists(newIdentity());
    return identity.incarnation();
  }

  /** While a directory is formatted, its mark promises nothing yet, or is not there. */
  private boolean wasBeingFormatted() throws IOException {
    if (!DurableFiles.exists(newIdentity())) {
      return false;
    }
    try (DurableMark mark = DurableMark.open(durableMark())) {
      return mark == null || mark.record() == 0;
    }
  }

  private Identity readIdentity() throws IOException {
    if (Files.size(identity()) > Identity.MAX_BYTES) {
      throw Corruption.of(identity(), "it is too long");
    }
    try {
      return Identity.decode(Files.readAllBytes(identity()));
    } catch (Identity.UnreadableException e) {
      String what = String.valueOf(e.getMessage());
      throw e.newer()
          ? new NodeStartException(
              Reason.NEWER_FORMAT,
              identity() + " cannot be read: " + what + "; start it with the version that wrote it",
              e)
          : Corruption.of(identity(), what, e);
    }
  }

  private void check(String what, Reason reason, String stored, String wanted) {
    if (!stored.equals(wanted)) {
      throw new NodeStartException(
          reason,
          path
              + " belongs to "
              + what
              + " \""
              + stored
              + "\", not to "
              + what
              + " \""
              + wanted
              + "\"; give each node a directory of its own",
          null);
    }
  }

  private void checkCopied(Identity identity) throws IOException {
    if (!DurableFiles.exists(durableMark())) {
      throw noMark();
    }
    List<String> differences = new ArrayList<>();
    compare(identity(), identity.witness(), differences);
    compare(durableMark(), identity.markWitness(), differences);
    if (differences.isEmpty()) {
      return;
    }
    String difference = String.join("; ", differences);
    if (!settings.acceptCopiedDirectory()) {
      throw new NodeStartException(
          Reason.COPIED_DIRECTORY,
          path
              + " is a copy of the directory of node \""
              + identity.nodeId()
              + "\", or a copy was restored over it ("
              + difference
              + "): two nodes with one identity, or one that has forgotten what it promised, would"
              + " endanger the log. If it is the only copy left, and the newest, start once with"
              + " acceptCopiedDirectory(true); otherwise let the node start with an empty"
              + " directory",
          null);
    }
    LOG.warn(
        "node={} accepts a copied directory as the original path={} difference=\"{}\"",
        identity.nodeId(),
        path,
        difference);
    writeNewIdentity(identity.clusterId(), identity.nodeId(), identity.incarnation());
    DurableFiles.rename(newIdentity(), identity());
  }

  private static void compare(Path file, FileWitness original, List<String> differences)
      throws IOException {
    FileWitness found = FileWitness.of(file);
    if (!found.matches(original)) {
      differences.add(file.getFileName() + " has " + found + ", the original " + original);
    }
  }

  private UUID format(String clusterId, NodeId nodeId) throws IOException, RocksDBException {
    DurableFiles.deleteRecursively(rocks());
    DurableFiles.deleteRecursively(wal());
    DurableMark.format(durableMark());
    UUID incarnation = UUID.randomUUID();
    writeNewIdentity(clusterId, nodeId.value(), incarnation);
    DurableFiles.syncDirectory(path);

    WalDirectory.format(wal(), incarnation);
    DurableFiles.createDirectories(rocks());
    try (DatabaseOptions options = new DatabaseOptions(settings)) {
      Database.create(rocks(), options, bytes(incarnation));
    }
    DurableFiles.rename(newIdentity(), identity());
    LOG.info(
        "node={} formatted its data directory path={} cluster={} incarnation={}",
        nodeId,
        path,
        clusterId,
        incarnation);
    return incarnation;
  }

  /** Writes the identity of the files that are here now, the mark among them. */
  private void writeNewIdentity(String clusterId, String nodeId, UUID incarnation)
      throws IOException {
    FileWitness.prepare(durableMark());
    FileWitness markWitness = FileWitness.of(durableMark());
    Files.deleteIfExists(newIdentity());
    Files.createFile(newIdentity());
    FileWitness.prepare(newIdentity());
    FileWitness witness = FileWitness.of(newIdentity());
    Identity identity = new Identity(clusterId, nodeId, incarnation, witness, markWitness);
    DurableFiles.write(newIdentity(), identity.encode());
    FileWitness.prepare(newIdentity());
  }

  /** The incarnation as the database has it. */
  static byte[] bytes(UUID incarnation) {
    return ByteBuffer.allocate(16)
        .putLong(incarnation.getMostSignificantBits())
        .putLong(incarnation.getLeastSignificantBits())
        .array();
  }
}
