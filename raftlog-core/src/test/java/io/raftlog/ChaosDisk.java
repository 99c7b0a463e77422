package io.raftlog;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A node's disk that fails as a test wants it: it is slow, hangs, fails, corrupts, and forgets what
 * was not synced when the node crashes. Written against the SPI alone. What is durable outlives the
 * node: {@link #storage} gives the storage for its next start. Thread-safe, under one lock.
 */
final class ChaosDisk {
  private final Map<String, ChaosLog> logs = new TreeMap<>();
  private UUID incarnation;
  private String owner;
  private Handle open;

  /** The storage for the node's next start. */
  NodeStorage storage() {
    return new Handle();
  }

  /** What this disk keeps of a log; a log that was never opened is empty. */
  ChaosLog log(String logId) {
    synchronized (logs) {
      return logs.computeIfAbsent(logId, id -> new ChaosLog());
    }
  }

  /** The only log of most tests. */
  ChaosLog log() {
    return log(TestCluster.LOG);
  }

  /** The power fails: what is not durable is lost, and the node that is running hears no more. */
  void crash() {
    synchronized (logs) {
      logs.values().forEach(ChaosLog::crash);
      open = null;
    }
  }

  private final class Handle implements NodeStorage {
    @Override
    public UUID open(String clusterId, NodeId nodeId) {
      synchronized (logs) {
        if (open != null) {
          throw new NodeStartException(
              NodeStartException.Reason.DIRECTORY_LOCKED, "this disk is in use", null);
        }
        String opener = clusterId + "/" + nodeId;
        if (incarnation == null) {
          incarnation = UUID.randomUUID();
          owner = opener;
        }
        if (!owner.equals(opener)) {
          throw new NodeStartException(
              NodeStartException.Reason.WRONG_NODE, "this disk is " + owner + "'s", null);
        }
        open = this;
        return incarnation;
      }
    }

    @Override
    public LogStorage openLog(String logId, StorageListener listener) {
      synchronized (logs) {
        if (open != this) {
          throw new StorageException("not open", null);
        }
        return log(logId).open(listener);
      }
    }

    @Override
    public void close() {
      synchronized (logs) {
        if (open == this) {
          logs.values().forEach(ChaosLog::close);
          open = null;
        }
      }
    }
  }
}
