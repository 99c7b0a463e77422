package io.raftlog.rocksdb;

import io.raftlog.NodeId;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageListener;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A node's storage in a directory of a local disk: one RocksDB, and one write-ahead log before it,
 * for all logs of the node.
 *
 * <pre>{@code
 * RaftLogNode.builder("n1").storage(RocksDbStorage.at(Path.of("data/n1"))) ...
 * }</pre>
 *
 * <p><b>Writing.</b> Logs share their syncs: one thread writes whatever all of them have handed
 * over since the last sync as one record of the write-ahead log, syncs it once, and gives it to
 * RocksDB. A write is durable when that sync has returned. The log's files are written over again
 * and again, so that a sync has no more to do than to write. The first write, sync or flush that
 * fails is final: every log of the node fails, and nothing is written until the node is started
 * again. That a disk is full is such a failure.
 *
 * <p><b>Starting.</b> Every start checks that what was reported as durable is there. A last write
 * that a crash has torn is dropped; a damaged or missing file, and a database or write-ahead log
 * that is older than it was, are refused with {@link io.raftlog.NodeStartException}, as are the
 * directory of another node or cluster, a directory that is in use, and a copy, also one that was
 * restored over the original file by file. Such a node starts again with an empty directory, as a
 * new incarnation, and is caught up by the others. What cannot be noticed is a restore that
 * overwrites each file in place, as {@code cp} does, and a snapshot of the whole block device: so
 * never restore a node's directory, start the node with an empty one. A start takes no more than
 * the time to read the write-ahead log, a few write buffers; the logs' entries are not read.
 *
 * <p><b>Resources.</b> Outside the heap: up to four write buffers, 64 MiB for metadata and offsets
 * and the block cache, all of which fill only under load, and the batch that is being written,
 * twice, each time less than 16 MiB and the largest write, whose checkpoint alone may have 64 MiB;
 * of that about 40 MiB are kept. Two threads of its own, named after the node, and RocksDB's two,
 * which all of a process's databases share. On the disk: the entries, compressed with LZ4, and the
 * write-ahead log: two to six files, each as long as a write buffer and at most a batch longer. It
 * does not shrink. The entries' files are written past the file system's cache, where it lets them
 * be.
 *
 * <p>The directory must be on a file system whose syncs reach the disk, and which keeps the inode
 * numbers of its files, as all local ones do.
 *
 * <p>Thread-safe. {@link #open}, {@link #openLog} and {@link #close} block.
 */
public final class RocksDbStorage implements NodeStorage {
  private final Settings settings;

  /** Guards the lifecycle. */
  private final ReentrantLock lifecycle = new ReentrantLock();

  private @Nullable OpenStorage open;
  private boolean closed;

  private RocksDbStorage(Settings settings) {
    this.settings = settings;
  }

  /**
   * A storage with default options.
   *
   * @param directory the node's data directory, on a local disk; created with its parents when it
   *     is not there
   * @return a storage that is not open yet; nothing was touched
   */
  public static RocksDbStorage at(Path directory) {
    return builder(directory).build();
  }

  /**
   * Begins a storage with other options.
   *
   * @param directory the node's data directory, on a local disk; created with its parents when it
   *     is not there
   * @return a builder
   */
  public static Builder builder(Path directory) {
    return new Builder(directory);
  }

  @Override
  public UUID open(String clusterId, NodeId nodeId) {
    lifecycle.lock();
    try {
      if (open != null || closed) {
        throw new IllegalStateException(
            "the storage in " + settings.directory() + " was opened before");
      }
      open = OpenStorage.open(settings, clusterId, nodeId);
      return open.incarnation();
    } finally {
      lifecycle.unlock();
    }
  }

  @Override
  public LogStorage openLog(String logId, StorageListener listener) {
    return opened().openLog(logId, listener);
  }

  private OpenStorage opened() {
    lifecycle.lock();
    try {
      if (open == null || closed) {
        throw new IllegalStateException("the storage in " + settings.directory() + " is not open");
      }
      return open;
    } finally {
      lifecycle.unlock();
    }
  }

  @Override
  public void close() {
    OpenStorage closing;
    lifecycle.lock();
    try {
      closed = true;
      closing = open;
    } finally {
      lifecycle.unlock();
    }
    if (closing != null) {
      closing.close();
    }
  }

  /** Builds a {@link RocksDbStorage}. Not thread-safe. */
  public static final class Builder {
    /**
     * The default of {@link #blockCacheBytes}: 32 MiB; recent entries are in raftlog's own cache.
     */
    public static final long DEFAULT_BLOCK_CACHE_BYTES = 32L << 20;

    /** The default of {@link #writeBufferBytes}: 64 MiB, two of the largest entries. */
    public static final long DEFAULT_WRITE_BUFFER_BYTES = 64L << 20;

    /**
     * The default of {@link #maxOpenFiles}: 256, which is 16 GiB of log without reopening files.
     */
    public static final int DEFAULT_MAX_OPEN_FILES = 256;

    private final Path directory;
    private boolean acceptCopiedDirectory;
    private long writeBufferBytes = DEFAULT_WRITE_BUFFER_BYTES;
    private long blockCacheBytes = DEFAULT_BLOCK_CACHE_BYTES;
    private int maxOpenFiles = DEFAULT_MAX_OPEN_FILES;

    private Builder(Path directory) {
      this.directory = directory;
    }

    /**
     * Whether a directory that was copied is accepted, once, as the original. Default false: two
     * nodes with one identity would vote twice. Set it for one start, after you have moved the only
     * copy to another file system, and made sure that the original will never be started again.
     *
     * @param accept whether to accept it
     * @return this
     */
    public Builder acceptCopiedDirectory(boolean accept) {
      acceptCopiedDirectory = accept;
      return this;
    }

    /**
     * How many bytes of entries are collected in memory, besides the write-ahead log, before they
     * are written to a file of their own. Default {@value #DEFAULT_WRITE_BUFFER_BYTES}. Each file
     * of the write-ahead log is as long. Up to four times as much memory is used while the disk is
     * slow, and the write-ahead log, of which what is not in tables is read when the storage is
     * opened, grows to two to six files.
     *
     * @param bytes 1 MiB to 1 GiB
     * @return this
     */
    public Builder writeBufferBytes(long bytes) {
      if (bytes < 1 << 20 || bytes > 1 << 30) {
        throw new IllegalArgumentException(
            "the write buffer must have 1048576 to 1073741824 bytes, but has " + bytes);
      }
      writeBufferBytes = bytes;
      return this;
    }

    /**
     * How much memory caches what is read from the disk, in bytes. Default {@value
     * #DEFAULT_BLOCK_CACHE_BYTES}.
     *
     * @param bytes at least 1 MiB
     * @return this
     */
    public Builder blockCacheBytes(long bytes) {
      if (bytes < 1 << 20) {
        throw new IllegalArgumentException(
            "the block cache must have at least 1048576 bytes, but has " + bytes);
      }
      blockCacheBytes = bytes;
      return this;
    }

    /**
     * How many files of the database are open at once. Default {@value #DEFAULT_MAX_OPEN_FILES}.
     *
     * @param files at least 16
     * @return this
     */
    public Builder maxOpenFiles(int files) {
      if (files < 16) {
        throw new IllegalArgumentException("at least 16 files must be open, but was " + files);
      }
      maxOpenFiles = files;
      return this;
    }

    /**
     * Builds the storage.
     *
     * @return a storage that is not open yet; nothing was touched
     */
    public RocksDbStorage build() {
      return new RocksDbStorage(
          new Settings(
              directory, acceptCopiedDirectory, writeBufferBytes, blockCacheBytes, maxOpenFiles));
    }
  }
}
