package io.raftlog.spi;

import io.raftlog.NodeId;
import java.util.UUID;

/**
 * The durable storage of one node: its identity and all its logs. One {@code NodeStorage} serves
 * one node, is opened once and closed once.
 *
 * <p><b>What a start must find.</b> Everything that was reported as durable and was not replaced or
 * removed since. A disk that has lost what it had promised to keep is as bad as one that has
 * damaged it: a storage that notices either refuses to open and never makes up for what is missing,
 * and it should be built to notice. Raftlog cannot: its checksums tell damaged bytes, not missing
 * or old ones. With a hard state older than the last one a node may vote twice in a term. With a
 * log that ends too early, or that is gone and is made anew, it may help to elect a leader that
 * lacks committed records. So what tells which logs there are, and what of them was durable, is
 * best stored apart from them.
 *
 * <p>A node whose storage is refused is started with an empty one. That has another incarnation, so
 * the node has no vote until the others have brought it up to date.
 */
public interface NodeStorage extends AutoCloseable {
  /**
   * Opens the storage for a node, and formats it when it is empty. Blocks. Called once, before any
   * other method but {@link #close}.
   *
   * <p>Formatting makes a new random incarnation and stores it, together with the cluster and node
   * id, durably before this method returns. From then on the storage belongs to that node: opened
   * for another node or cluster it must refuse. When formatting was cut short, the next open
   * formats again. A storage with anything else in it, but without its identity, is corrupted, not
   * empty. While it is open, nobody else may open it (a lock); a copy of it should be refused.
   *
   * <p>After a refusal the storage is closed: it holds no lock and leaves alone who does.
   *
   * @param clusterId the cluster's name: 1 to 64 {@code char}s of any kind, which are at most 192
   *     bytes in UTF-8; upper and lower case differ
   * @param nodeId the node
   * @return the incarnation that was made when this storage was formatted
   * @throws io.raftlog.NodeStartException when the storage is locked ({@code DIRECTORY_LOCKED}),
   *     belongs to another node ({@code WRONG_NODE}) or cluster ({@code WRONG_CLUSTER}), is a copy
   *     ({@code COPIED_DIRECTORY}), damaged or incomplete ({@code CORRUPTED}), in a newer format
   *     ({@code NEWER_FORMAT}), or cannot be read or written ({@code DIRECTORY_UNUSABLE}); nothing
   *     was changed
   * @throws IllegalStateException if the storage notices that it was opened or closed before
   */
  UUID open(String clusterId, NodeId nodeId);

  /**
   * Opens one log, and creates it when there never was one. Blocks until the log's stored state was
   * recovered: a torn last write, which was never reported as durable, is dropped; anything worse
   * is an error.
   *
   * <p>Each log is opened at most once, also while others are written. Logs that are stored but not
   * opened are kept: another start may open them.
   *
   * @param logId the log's name, 1 to 64 ASCII letters, digits, dots, underscores and hyphens;
   *     upper and lower case differ, and {@code .} and {@code ..} are names like any other
   * @param listener is told what becomes of this log's writes
   * @return the log
   * @throws io.raftlog.NodeStartException when the stored log is damaged or incomplete ({@code
   *     CORRUPTED}), or cannot be read ({@code DIRECTORY_UNUSABLE})
   * @throws IllegalStateException if the storage notices that it is not open, or that the log is
   *     open already
   */
  LogStorage openLog(String logId, StorageListener listener);

  /**
   * Closes all logs, and releases the lock and every thread that the storage made. Blocks until
   * every write that was handed over is durable or has failed, however long that takes, and its
   * listener was told; after it returned, no listener is called any more. Readers that are under
   * way are served or get a {@link StorageException}; later ones get one. Raftlog does not call it
   * from within a method of a listener.
   *
   * <p>May be called twice, before {@link #open}, by several threads at once, each of which waits,
   * and by an interrupted thread, which waits too and stays interrupted; never throws.
   */
  @Override
  void close();
}
