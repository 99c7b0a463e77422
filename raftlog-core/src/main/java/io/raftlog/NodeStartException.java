package io.raftlog;

import org.jspecify.annotations.Nullable;

/**
 * A node could not start. Nothing was appended, and no record or vote on disk was changed; the
 * message says what to do. But when the storage was opened before the start failed, as with {@link
 * Reason#ADDRESS_IN_USE}, a data directory that was empty may belong to this node id and cluster
 * from now on, and hold the logs that were configured, without records. Thrown by {@link
 * RaftLogNode.Builder#start}, and by transports and storages while they start.
 */
public final class NodeStartException extends RaftLogException {
  private static final long serialVersionUID = 1;

  /** Why a node could not start. */
  public enum Reason {
    /** An address could not be parsed or resolved. */
    BAD_ADDRESS,
    /** The node's own address is taken by another socket, or is not one of this machine's. */
    ADDRESS_IN_USE,
    /** Another process, or another node in this one, has the data directory open. */
    DIRECTORY_LOCKED,
    /** The data directory belongs to another node id. */
    WRONG_NODE,
    /** The data directory belongs to another cluster. */
    WRONG_CLUSTER,
    /**
     * The data directory is a copy, or a copy was restored over it: two nodes with one identity, or
     * one that has forgotten what it promised, would endanger the log.
     */
    COPIED_DIRECTORY,
    /** The stored log was formed by other members than are configured. */
    MEMBERS_DIFFER,
    /** The stored format is newer than this version of raftlog can read. */
    NEWER_FORMAT,
    /** Stored bytes are corrupted beyond what a crash can explain. */
    CORRUPTED,
    /** The data directory cannot be created, read or written. */
    DIRECTORY_UNUSABLE,
    /** Starting was interrupted or failed for another reason; see the cause. */
    OTHER
  }

  private final Reason reason;

  /**
   * Makes one.
   *
   * @param reason why
   * @param message what happened, with the values, and what to do
   * @param cause the underlying error, or null
   */
  public NodeStartException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  private NodeStartException(NodeStartException original) {
    super(original);
    this.reason = original.reason;
  }

  /**
   * Why the node could not start.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }

  @Override
  public Fate fate() {
    return Fate.NOT_APPENDED;
  }

  @Override
  RaftLogException rethrown() {
    return new NodeStartException(this);
  }
}
