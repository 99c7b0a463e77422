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
   * <p>After a refusal the storage is closed: it holds no lock and leaves alone who does.
   *
   * @param clusterId the cluster's name, any text; upper and lower case differ
   * @param nodeId the node
   * @return the incarnation that was made when this storage was formatted
   * @throws io.raftlog.NodeStartException when the storage is locked ({@code DIRECTORY_LOCKED}),
   *     belongs to another node ({@code WRONG_NODE}) or cluster ({@code WRONG_CLUSTER}), is
   *     unreadable, corrupted, or in a newer format; nothing was changed
   */
  UUID open(String clusterId, NodeId nodeId);

  /**
   * Opens one log, and creates it when it is not there. Blocks until the log's stored state was
   * recovered: a torn last write, which was never reported as durable, is dropped; anything worse
   * is an error.
   *
   * @param logId the log's name, 1 to 64 letters, digits, dots, underscores and hyphens; upper and
   *     lower case differ, and {@code .} and {@code ..} are names like any other. Each log is
   *     opened at most once, also while others are written
   * @param listener is told when writes are durable; its methods may be called from any thread
   * @return the log
   * @throws io.raftlog.NodeStartException when the stored log is corrupted or cannot be read
   */
  LogStorage openLog(String logId, StorageListener listener);

  /**
   * Closes all logs, and releases the lock and every thread that the storage made. Blocks until
   * every write that was handed over is durable or has failed; after it returned, no listener is
   * called any more. Readers are served or get a {@link StorageException}.
   *
   * <p>May be called twice, before {@link #open}, by several threads at once, each of which waits,
   * and by an interrupted thread, which waits too and stays interrupted; never throws.
   */
  @Override
  void close();
}
