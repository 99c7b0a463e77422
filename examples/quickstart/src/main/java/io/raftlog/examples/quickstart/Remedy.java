package io.raftlog.examples.quickstart;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.BackpressureException;
import io.raftlog.LogFailedException;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeClosedException;
import io.raftlog.RaftLogException;

/** What a producer does about an append that failed. */
enum Remedy {
  /** Append the same sequence again on this node, in a moment. */
  TRY_AGAIN,
  /** Append the same sequence again on another node. */
  TRY_ELSEWHERE,
  /** Stop: more of the same would not help, and may hide a bug. */
  GIVE_UP;

  /**
   * Chooses, for the oldest append that a producer has in flight.
   *
   * <p>Whether the record is in the log after all, as it may be after an {@link
   * AppendOutcomeUnknownException}, makes no difference: appended again under the same sequence it
   * is not stored twice.
   *
   * <p>A gap, or a producer that is not known, is what the appends <em>behind</em> a failed one are
   * refused with; they are appended again with it, and nobody looks at their own refusals. If the
   * oldest itself is refused so, the log does not have what it has acknowledged, or somebody else
   * uses this producer id.
   */
  static Remedy of(RaftLogException failure) {
    if (failure instanceof BackpressureException) {
      return TRY_AGAIN;
    }
    if (failure instanceof NoLeaderException
        || failure instanceof AppendOutcomeUnknownException
        || failure instanceof NodeClosedException
        || failure instanceof LogFailedException) {
      return TRY_ELSEWHERE;
    }
    return GIVE_UP;
  }
}
