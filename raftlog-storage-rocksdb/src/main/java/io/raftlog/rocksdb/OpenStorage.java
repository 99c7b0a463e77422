package io.raftlog.rocksdb;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A storage that is open: the lock, the database and the writer thread. {@link #openLog} is called
 * by one thread at a time.
 */
final class OpenStorage {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStorage.class);

  private final String node;
  private final Path path;
  private final UUID incarnation;
  private final DirectoryLock lock;
  private final Database database;
  private final BatchWriter writer;
  private final Thread thread;
  private final Set<String> openLogs = new HashSet<>();
  private int nextLogNumber;
  private boolean closing;

  private OpenStorage(
      String node, Path path, UUID incarnation, DirectoryLock lock, Database database)
      throws RocksDBException {
    this.node = node;
    this.path = path;
    this.incarnation = incarnation;
    this.lock = lock;
    this.database = database;
    this.nextLogNumber = LogRegistry.nextNumber(database);
    this.writer = new BatchWriter(node, database, this::release);
    this.thread = new Thread(writer, "raftlog-" + node + "-storage-writer");
    this.thread.setDaemon(true);
  }

  /** Opens a directory, formats it if it is empty, and starts the writer thread. */
  static OpenStorage open(Settings settings, String clusterId, NodeId nodeId) {
    StorageDirectory directory = new StorageDirectory(settings);
    try {
      RocksDB.loadLibrary();
      directory.create();
      DirectoryLock lock = DirectoryLock.acquire(settings.directory());
      try {
        UUID incarnation = directory.identify(clusterId, nodeId);
        return open(settings, directory, nodeId.value(), incarnation, lock);
      } catch (IOException | RocksDBException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (RocksDBException e) {
      throw RocksErrors.whileOpening(settings.directory(), e);
    } catch (IOException e) {
      throw new NodeStartException(
          Reason.DIRECTORY_UNUSABLE,
          "data directory " + settings.directory() + " cannot be created, read or written: " + e,
          e);
    }
  }

  private static OpenStorage open(
      Settings settings,
      StorageDirectory directory,
      String node,
      UUID incarnation,
      DirectoryLock lock)
      throws IOException, RocksDBException {
    DurableMark mark = openMark(directory);
    final long durable = mark.sequence();
    Database database = null;
    try {
      final long inLog = WalCheck.run(node, directory.rocks(), durable);
      database = openDatabase(settings, directory.rocks(), node, mark);
      check(database, directory.rocks(), Math.max(durable, inLog), incarnation);
      OpenStorage storage =
          new OpenStorage(node, settings.directory(), incarnation, lock, database);
      storage.start();
      return storage;
    } catch (IOException | RocksDBException | RuntimeException e) {
      if (database == null) {
        mark.close();
      } else {
        database.close();
      }
      throw e;
    }
  }

  private static DurableMark openMark(StorageDirectory directory) throws IOException {
    DurableMark mark = DurableMark.open(directory.durableMark());
    if (mark == null) {
      throw new NodeStartException(
          Reason.CORRUPTED,
          directory.durableMark()
              + " is missing or corrupted, so nobody can tell whether the log is complete."
              + " Let the node start with an empty directory, and it is caught up by the others",
          null);
    }
    return mark;
  }

  private static Database openDatabase(Settings settings, Path rocks, String node, DurableMark mark)
      throws RocksDBException {
    BackgroundErrors errors = new BackgroundErrors(node);
    DatabaseOptions options = new DatabaseOptions(settings, errors);
    try {
      return Database.open(rocks, options, errors, mark);
    } catch (RocksDBException | RuntimeException e) {
      options.close();
      errors.close();
      throw e;
    }
  }

  private static void check(Database database, Path rocks, long expected, UUID incarnation)
      throws RocksDBException {
    byte[] version = database.metadata(Layout.metadataKey(Layout.NODE, Layout.KIND_VERSION));
    if (version != null && Layout.u32(version) > Layout.VERSION) {
      throw new NodeStartException(
          Reason.NEWER_FORMAT,
          rocks
              + " has layout version "
              + Layout.u32(version)
              + ", this raftlog reads up to "
              + Layout.VERSION,
          null);
    }
    byte[] owner = database.metadata(Layout.metadataKey(Layout.NODE, Layout.KIND_INCARNATION));
    if (version == null || !Arrays.equals(owner, StorageDirectory.bytes(incarnation))) {
      throw new NodeStartException(
          Reason.CORRUPTED, rocks + " is not the database that was formatted here", null);
    }
    if (database.lastSequence() < expected) {
      throw new NodeStartException(
          Reason.CORRUPTED,
          rocks
              + " ends with number "
              + database.lastSequence()
              + ", but everything up to number "
              + expected
              + " had been synced. It is older than it should be: restored from a"
              + " backup, or files were lost. Let the node start with an empty directory, and it"
              + " is caught up by the others",
          null);
    }
  }

  /**
   * Starts the writer thread, and makes the first batch of the new write-ahead log durable: from
   * then on there is always a batch whose number says where the log was.
   */
  private void start() throws RocksDBException {
    byte[] key = Layout.metadataKey(Layout.NODE, Layout.KIND_OPENED);
    byte[] opened = database.metadata(key);
    long times = opened == null ? 1 : Layout.u64(opened) + 1;
    thread.start();
    try {
      writeAndWait(key, Layout.u64(times));
    } catch (NodeStartException e) {
      close();
      throw e;
    }
    LOG.info(
        "node={} opened its storage path={} incarnation={} times={}",
        node,
        path,
        incarnation,
        times);
  }

  private void writeAndWait(byte[] key, byte[] value) {
    MetadataWrite write = new MetadataWrite(database, key, value);
    writer.submit(write);
    try {
      write.done().join();
    } catch (CompletionException e) {
      throw new NodeStartException(
          Reason.OTHER, "cannot write to " + path + ": " + e.getMessage(), e.getCause());
    }
  }

  UUID incarnation() {
    return incarnation;
  }

  LogStorage openLog(String logId, StorageListener listener) {
    if (!openLogs.add(logId)) {
      throw new IllegalStateException("log " + logId + " is open already");
    }
    try {
      byte[] key = Layout.logKey(logId);
      byte @Nullable [] known = database.metadata(key);
      int number = known == null ? nextLogNumber++ : Layout.u32(known);
      if (known == null) {
        writeAndWait(key, Layout.u32(number));
      }
      RecoveredLog recovered = RecoveredLog.of(database, number);
      LOG.info(
          "node={} log={} opened firstIndex={} lastIndex={}",
          node,
          logId,
          recovered.state().firstIndex(),
          recovered.state().lastIndex());
      return new RocksDbLog(
          logId,
          number,
          database,
          writer::submit,
          listener,
          recovered,
          new LogWriter(number, database));
    } catch (RocksDBException e) {
      throw RocksErrors.whileOpening(path, e);
    }
  }

  /** Waits until everything is written, and everything native is freed. */
  void close() {
    if (!closing) {
      closing = true;
      writer.end();
    }
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The writer thread's last act. */
  private void release() {
    try {
      database.close();
      lock.close();
      LOG.info("node={} closed its storage path={}", node, path);
    } catch (IOException | RuntimeException e) {
      LOG.error("node={} could not close its storage path={}", node, path, e);
    }
  }
}
