package io.raftlog.rocksdb;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A storage that is open: the lock, the database and its threads. Thread-safe: {@code opening}
 * guards which logs are open, all else is final.
 */
final class OpenStorage {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStorage.class);

  private final String node;
  private final Path path;
  private final UUID incarnation;
  private final DirectoryLock lock;
  private final Database database;
  private final LoggedCommits commits;
  private final BatchWriter writer;
  private final Thread thread;
  private final SpaceReclaimer reclaimer;
  private final Thread reclaimerThread;
  private final ReentrantLock opening = new ReentrantLock();
  private final Set<String> openLogs = new HashSet<>();
  private int nextLogNumber;

  private OpenStorage(
      Settings settings,
      String node,
      UUID incarnation,
      DirectoryLock lock,
      Database database,
      LoggedCommits commits)
      throws RocksDBException {
    this.node = node;
    this.path = settings.directory();
    this.incarnation = incarnation;
    this.lock = lock;
    this.database = database;
    this.commits = commits;
    this.nextLogNumber = LogRegistry.nextNumber(database);
    this.writer = new BatchWriter(node, path, commits, this::release);
    this.thread = writer.newThread();
    this.reclaimer = new SpaceReclaimer(node, database, settings.writeBufferBytes());
    this.reclaimerThread = new Thread(reclaimer, "raftlog-" + node + "-storage-reclaimer");
    this.reclaimerThread.setDaemon(true);
  }

  /** Opens a directory, formats it if it is empty, and starts the writer thread. */
  static OpenStorage open(Settings settings, String clusterId, NodeId nodeId) {
    StorageDirectory directory = new StorageDirectory(settings);
    try {
      NativeLibrary.load();
      directory.create();
      DirectoryLock lock = DirectoryLock.acquire(settings.directory());
      try {
        UUID incarnation = directory.identify(clusterId, nodeId);
        return open(settings, directory, nodeId.value(), incarnation, lock);
      } catch (Throwable e) {
        try {
          lock.close();
        } catch (IOException alsoFailed) {
          e.addSuppressed(alsoFailed);
        }
        throw e;
      }
    } catch (RocksDBException e) {
      throw RocksErrors.whileOpening(settings.directory(), e);
    } catch (ClosedByInterruptException e) {
      throw new NodeStartException(
          Reason.OTHER,
          "interrupted while opening "
              + settings.directory()
              + "; nothing is wrong with it, start again on a thread that is not interrupted",
          e);
    } catch (IOException e) {
      throw new NodeStartException(
          Reason.DIRECTORY_UNUSABLE,
          "data directory "
              + settings.directory()
              + " cannot be created, read or written: "
              + e
              + advice(e),
          e);
    }
  }

  private static String advice(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "; give this process's user the right to write there";
    }
    return RocksErrors.isDiskFull(e) ? "; make room and start again" : RocksErrors.ADVICE;
  }

  private static OpenStorage open(
      Settings settings,
      StorageDirectory directory,
      String node,
      UUID incarnation,
      DirectoryLock lock)
      throws IOException, RocksDBException {
    DurableMark mark = openMark(directory);
    Database database = null;
    WriteAheadLog log = null;
    try {
      ManifestCheck.run(directory.rocks());
      database = openDatabase(settings, directory.rocks());
      check(database, directory.rocks(), incarnation);
      log = openWal(settings, directory.wal(), node, incarnation, database, mark.record());
      LoggedCommits commits = new LoggedCommits(database, log, mark);
      OpenStorage storage = new OpenStorage(settings, node, incarnation, lock, database, commits);
      storage.start();
      return storage;
    } catch (Throwable e) {
      try {
        close(mark, log, database);
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  /** Closes what there is, the database first. */
  private static void close(
      DurableMark mark, @Nullable WriteAheadLog log, @Nullable Database database)
      throws IOException {
    try (mark;
        log;
        database) {
      // nothing else is to be done
    }
  }

  private static DurableMark openMark(StorageDirectory directory) throws IOException {
    DurableMark mark = DurableMark.open(directory.durableMark());
    if (mark == null) {
      throw directory.noMark();
    }
    return mark;
  }

  private static Database openDatabase(Settings settings, Path rocks) throws RocksDBException {
    DatabaseOptions options = new DatabaseOptions(settings);
    try {
      return Database.open(rocks, options);
    } catch (RocksDBException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  private static void check(Database database, Path rocks, UUID incarnation)
      throws RocksDBException {
    byte[] version = database.metadata(Layout.metadataKey(Layout.NODE, Layout.KIND_VERSION));
    if (version != null && Layout.u32(version) > Layout.VERSION) {
      throw new NodeStartException(
          Reason.NEWER_FORMAT,
          rocks
              + " has layout version "
              + Layout.u32(version)
              + ", this raftlog reads up to "
              + Layout.VERSION
              + "; start it with the version that wrote it",
          null);
    }
    byte[] owner = database.metadata(Layout.metadataKey(Layout.NODE, Layout.KIND_INCARNATION));
    if (version == null || !Arrays.equals(owner, StorageDirectory.bytes(incarnation))) {
      throw Corruption.of(rocks, "it is not the database that was formatted here");
    }
  }

  private static WriteAheadLog openWal(
      Settings settings, Path wal, String node, UUID incarnation, Database database, long durable)
      throws IOException, RocksDBException {
    long applied = database.appliedRecord();
    try (WalReplay replay = new WalReplay(database)) {
      return WalRecovery.run(
          node, wal, incarnation, settings.writeBufferBytes(), applied, durable, replay);
    }
  }

  /** Starts the threads, and writes something, to see that it can be done. */
  private void start() throws RocksDBException {
    byte[] key = Layout.metadataKey(Layout.NODE, Layout.KIND_OPENED);
    byte[] opened = database.metadata(key);
    long times = opened == null ? 1 : Layout.u64(opened) + 1;
    thread.start();
    try {
      reclaimerThread.start();
      writeAndWait(key, Layout.u64(times));
    } catch (Throwable e) {
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
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new NodeStartException(
          Reason.DIRECTORY_UNUSABLE, String.valueOf(cause.getMessage()), cause);
    }
  }

  UUID incarnation() {
    return incarnation;
  }

  LogStorage openLog(String logId, StorageListener listener) {
    opening.lock();
    try {
      if (openLogs.contains(logId)) {
        throw new IllegalStateException("log " + logId + " is open already");
      }
      LogStorage log = recover(logId, listener);
      openLogs.add(logId);
      return log;
    } catch (StorageException e) {
      throw e.isCorruption()
          ? Corruption.of(path, String.valueOf(e.getMessage()), e)
          : new NodeStartException(
              Reason.DIRECTORY_UNUSABLE,
              "log "
                  + logId
                  + " cannot be opened: "
                  + e.getMessage()
                  + ". Check the disk, and start the node again",
              e);
    } finally {
      opening.unlock();
    }
  }

  private LogStorage recover(String logId, StorageListener listener) {
    OptionalInt known =
        database.read("the number of log " + logId, db -> LogRegistry.numberOf(db, logId));
    final int number = known.isPresent() ? known.getAsInt() : nextLogNumber++;
    if (known.isEmpty()) {
      writeAndWait(Layout.logKey(logId), Layout.u32(number));
    }
    RecoveredLog recovered = database.read("log " + logId, db -> RecoveredLog.of(db, number));
    LOG.info(
        "node={} log={} opened firstIndex={} lastIndex={}",
        node,
        logId,
        recovered.state().firstIndex(),
        recovered.state().lastIndex());
    LogWriter logWriter = new LogWriter(number, database, reclaimer::trimmed);
    return new RocksDbLog(logId, number, database, writer::submit, listener, recovered, logWriter);
  }

  /** Waits until everything is written, and everything native is freed. */
  void close() {
    writer.end();
    if (Thread.currentThread() != thread) {
      joinUninterruptibly(thread);
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
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
      reclaimer.end();
      joinUninterruptibly(reclaimerThread);
      try (lock;
          commits;
          database) {
        // the database first
      }
      LOG.info("node={} closed its storage path={}", node, path);
    } catch (IOException | RuntimeException e) {
      LOG.error("node={} could not close its storage path={}", node, path, e);
    }
  }
}
