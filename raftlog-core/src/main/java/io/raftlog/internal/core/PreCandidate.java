package io.raftlog.internal.core;

import io.raftlog.NodeId;
import org.jspecify.annotations.Nullable;

/** Asks whether it would be elected (thesis §9.6). Owned by the loop thread. */
final class PreCandidate implements Role {
  final VoteTally tally = new VoteTally();

  /**
   * What it stands for in its present term, or null. Votes for that may come late, and still count
   * as long as the term lasts.
   */
  final @Nullable Candidate candidacy;

  PreCandidate(@Nullable Candidate candidacy) {
    this.candidacy = candidacy;
  }

  @Override
  public Kind kind() {
    return Kind.PRE_CANDIDATE;
  }

  @Override
  public @Nullable NodeId leader() {
    return null;
  }
}
