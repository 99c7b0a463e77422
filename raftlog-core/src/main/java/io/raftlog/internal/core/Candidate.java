package io.raftlog.internal.core;

import io.raftlog.NodeId;
import org.jspecify.annotations.Nullable;

/** Stands for election (§5.2). Owned by the loop thread. */
final class Candidate implements Role {
  final VoteTally tally = new VoteTally();

  /** The write that makes the candidate's vote for itself durable; it does not count before. */
  final long ownVoteWriteId;

  Candidate(long ownVoteWriteId) {
    this.ownVoteWriteId = ownVoteWriteId;
  }

  @Override
  public Kind kind() {
    return Kind.CANDIDATE;
  }

  @Override
  public @Nullable NodeId leader() {
    return null;
  }
}
