package io.raftlog.internal.core;

import io.raftlog.NodeId;
import org.jspecify.annotations.Nullable;

/** Follows a leader, or waits for one to appear. Owned by the loop thread. */
final class Follower implements Role {
  private final @Nullable NodeId leader;

  /** The write that made the term durable, or will; nothing is acknowledged before. */
  final long termWriteId;

  /** The last index that a message of this term's leader has shown to be the leader's too. */
  long verifiedIndex;

  /** The highest request id seen from this term's leader. */
  long requestId;

  /** Whether an acknowledgement waits for a write. */
  boolean owesResponse;

  /** What was last acknowledged. */
  long respondedIndex;

  Follower(@Nullable NodeId leader, long termWriteId) {
    this.leader = leader;
    this.termWriteId = termWriteId;
  }

  @Override
  public Kind kind() {
    return Kind.FOLLOWER;
  }

  @Override
  public @Nullable NodeId leader() {
    return leader;
  }
}
