package io.raftlog.memory;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageListener;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a node's logs in memory. What it holds outlives the node: {@link #reopened} gives the
 * storage for the node's next start, as a disk would. Nothing survives the JVM, so it is for tests
 * and for trying out. Thread-safe.
 */
public final class MemoryStorage implements NodeStorage {
  /** What stays when a node is closed. */
  private static final class Disk {
    final ReentrantLock lock = new ReentrantLock();
    final Map<String, MemoryLog> logs = new HashMap<>();
    @Nullable String clusterId;
    @Nullable NodeId nodeId;
    @Nullable UUID incarnation;
    boolean open;
  }

  private final Disk disk;
  private boolean opened;

  /** Makes an empty storage. */
  public MemoryStorage() {
    this(new Disk());
  }

  private MemoryStorage(Disk disk) {
    this.disk = disk;
  }

  /**
   * The same contents for the next start of the node, after this storage was closed.
   *
   * @return a storage that has not been opened
   */
  public MemoryStorage reopened() {
    return new MemoryStorage(disk);
  }

  @Override
  public UUID open(String clusterId, NodeId nodeId) {
    disk.lock.lock();
    try {
      if (disk.open) {
        throw new NodeStartException(
            Reason.DIRECTORY_LOCKED, "this memory storage is open already; close that node", null);
      }
      UUID incarnation = disk.incarnation;
      if (incarnation == null) {
        incarnation = UUID.randomUUID();
        disk.clusterId = clusterId;
        disk.nodeId = nodeId;
        disk.incarnation = incarnation;
      }
      check(Reason.WRONG_CLUSTER, "cluster", disk.clusterId, clusterId);
      check(Reason.WRONG_NODE, "node", disk.nodeId, nodeId);
      disk.open = true;
      opened = true;
      return incarnation;
    } finally {
      disk.lock.unlock();
    }
  }

  private static void check(Reason reason, String what, @Nullable Object owner, Object opener) {
    if (!opener.equals(owner)) {
      throw new NodeStartException(
          reason,
          "this memory storage belongs to " + what + " " + owner + ", not to " + opener,
          null);
    }
  }

  @Override
  public LogStorage openLog(String logId, StorageListener listener) {
    disk.lock.lock();
    try {
      return disk.logs.computeIfAbsent(logId, id -> new MemoryLog()).open(listener);
    } finally {
      disk.lock.unlock();
    }
  }

  @Override
  public void close() {
    disk.lock.lock();
    try {
      if (opened) {
        opened = false;
        disk.open = false;
        disk.logs.values().forEach(MemoryLog::close);
      }
    } finally {
      disk.lock.unlock();
    }
  }
}
