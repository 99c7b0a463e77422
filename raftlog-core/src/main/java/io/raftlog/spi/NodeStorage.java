package io.raftlog.spi;

import io.raftlog.NodeId;
import java.util.UUID;

/**
 * The durable storage of one node: its identity and all its logs. One {@code NodeStorage} serves
 * one node, is opened once and closed once.
 */
public interface NodeStorage extends AutoCloseable {
  /**
   * Opens the storage for a node, and formats it when it is empty. Blocks. Called once, before any
   * other method.
   *
   * <p>Formatting makes a new random incarnation and stores it durably together with the cluster
   * and node id. From then on the storage belongs to that node: opened for another node or cluster
   * it must refuse. While it is open, nobody else may open it (a lock); a copy of it should be
   * refused.
   *
   * @param clusterId the cluster's name
   * @param nodeId the node
   * @return the incarnation that was made when this storage was formatted
   * @throws io.raftlog.NodeStartException when the storage is locked, unreadable, corrupted, in a
   *     newer format, or belongs to another node or cluster; nothing was changed
   */
  UUID open(String clusterId, NodeId nodeId);

  /**
   * Opens one log, and creates it when it is not there. Blocks until the log's stored state was
   * recovered: a torn last write, which was never reported as durable, is dropped; anything worse
   * is an error.
   *
   * @param logId the log's name, 1 to 64 letters, digits, dots, underscores and hyphens; each log
   *     is opened at most once
   * @param listener is told when writes are durable; its methods may be called from any thread
   * @return the log
   * @throws io.raftlog.NodeStartException when the stored log is corrupted or cannot be read
   */
  LogStorage openLog(String logId, StorageListener listener);

  /**
   * Closes all logs and releases the lock. Blocks until every write that was handed over is durable
   * or has failed; after it returned, no listener is called any more. May be called twice, and
   * before {@link #open}; never throws.
   */
  @Override
  void close();
}
