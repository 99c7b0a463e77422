package io.raftlog.internal.core;

import io.raftlog.NodeId;
import org.jspecify.annotations.Nullable;

/** What a replica is at the moment, with the state that only that role has. */
public sealed interface Role permits Follower, PreCandidate, Candidate, Leader {
  /** One constant a role, for exhaustive switches. */
  enum Kind {
    /** Follows a leader, or waits for one. */
    FOLLOWER,
    /** Asks whether it would be elected, without changing its term. */
    PRE_CANDIDATE,
    /** Stands for election. */
    CANDIDATE,
    /** Leads. */
    LEADER
  }

  /**
   * Which of the roles it is.
   *
   * @return the role
   */
  Kind kind();

  /**
   * The leader of the current term, as far as it is known.
   *
   * @return the leader or null
   */
  @Nullable NodeId leader();
}
