package io.raftlog;

import java.util.Optional;

/**
 * How a log's replica on this node is doing, for people and health checks. A snapshot; the values
 * belong together.
 *
 * @param role what the replica is at the moment
 * @param term the Raft term
 * @param formed whether the log has been formed, as far as this replica knows: once, when every
 *     member is there for the first time. Until then there is no leader. False also on a node whose
 *     storage was emptied, until it hears of the others
 * @param leader the leader that this replica knows; empty until the log has been formed, and from
 *     then on present while a majority can talk to each other
 * @param voting whether this replica votes and counts towards a majority; false until the log has
 *     been formed, and on a node whose storage was emptied until it has been re-admitted. It is
 *     what this replica has heard: true a moment before the others have it, and true on a disk that
 *     was replaced meanwhile and comes back, until it is told. So before you stop another node, see
 *     an append succeed that was called on this one, and then look again
 * @param startOffset the first offset that is retained
 * @param endOffset the end of what this node knows to be committed, exclusive
 * @param failure why the replica has stopped for good, if it has
 */
public record LogStatus(
    Role role,
    long term,
    boolean formed,
    Optional<NodeId> leader,
    boolean voting,
    long startOffset,
    long endOffset,
    Optional<String> failure) {
  /** What a replica is. */
  public enum Role {
    /** Takes in appends and replicates them. */
    LEADER,
    /** Follows a leader, or waits for one. */
    FOLLOWER,
    /** Stands for election, or asks whether it could. */
    CANDIDATE,
    /** Has stopped for good. */
    FAILED,
    /** Its node is closed. */
    CLOSED
  }
}
