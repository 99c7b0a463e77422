package io.raftlog.internal.core;

import io.raftlog.NodeId;
import org.jspecify.annotations.Nullable;

/** Leads: the state of a leader (figure 2); what it does is in {@link Leading}. */
final class Leader implements Role {
  final Leading leading;
  final ReplicationTracker tracker;
  final PendingReads reads = new PendingReads();
  final StorageLag lag;
  private final NodeId self;

  /** The first entry of this leader's term, 0 until it was proposed. */
  long firstIndex;

  /** Grows with every append request. */
  long lastRequestId;

  /** When it was last looked at whether followers without a vote have caught up. */
  long catchUpMeasuredNanos;

  /** When it steps down unless a quorum answers; as it was at the last tick. */
  long deafAtNanos;

  /** To whom leadership is being handed over, or null. */
  @Nullable NodeId transferTarget;

  /** When the handing over is given up. */
  long transferDeadlineNanos;

  Leader(RaftCore core, VoteTally tally, long nowNanos) {
    this.self = core.config.self();
    this.tracker = new ReplicationTracker(core, tally, nowNanos);
    this.lag = new StorageLag(core, nowNanos);
    this.leading = new Leading(core, this, tally);
    this.transferDeadlineNanos = nowNanos;
    this.catchUpMeasuredNanos = nowNanos;
    this.deafAtNanos = nowNanos + core.config.electionTimeoutNanos();
  }

  @Override
  public Kind kind() {
    return Kind.LEADER;
  }

  @Override
  public NodeId leader() {
    return self;
  }
}
