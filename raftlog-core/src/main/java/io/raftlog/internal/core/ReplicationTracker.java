package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** How far every follower is, and what a quorum has. Owned by the loop thread. */
final class ReplicationTracker {
  /** Less than any number that a voter can have; its negation does not overflow. */
  private static final long NOTHING = -Long.MAX_VALUE;

  private final RaftCore core;
  private final TreeMap<NodeId, FollowerProgress> followers = new TreeMap<>();

  ReplicationTracker(RaftCore core, VoteTally tally, long nowNanos) {
    this.core = core;
    long next = core.log.lastIndex() + 1;
    long never = nowNanos - core.config.heartbeatNanos();
    Membership membership = core.log.membership();
    List<Member> members = membership == null ? tally.members() : membership.voters();
    for (Member member : members) {
      if (!member.node().equals(core.config.self())) {
        followers.put(member.node(), new FollowerProgress(member, next, nowNanos, never));
      }
    }
  }

  Collection<FollowerProgress> followers() {
    return followers.values();
  }

  @Nullable FollowerProgress of(NodeId node) {
    return followers.get(node);
  }

  /**
   * The highest index that is durable on a quorum; this replica's own disk counts like any other.
   */
  long quorumMatchIndex() {
    return quorum(core.writes.durableIndex(), FollowerProgress::matchIndex);
  }

  /** The highest request id that a quorum has answered. */
  long quorumRequestId() {
    return quorum(Long.MAX_VALUE, p -> p.ackedRequestId);
  }

  /** For how long no quorum has answered, in nanoseconds. */
  long silenceNanos(long nowNanos) {
    return -quorum(0, p -> p.lastContactNanos - nowNanos);
  }

  /** During a change of membership, a quorum of the old and of the new voters (§6). */
  private long quorum(long own, ToLongFunction<FollowerProgress> ofFollower) {
    Membership membership = core.log.membership();
    if (membership == null) {
      return 0;
    }
    return membership.quorumMatch(
        member -> {
          if (member.equals(core.cluster.self())) {
            return own;
          }
          FollowerProgress progress = followers.get(member.node());
          boolean counts = progress != null && progress.member().equals(member);
          return counts ? ofFollower.applyAsLong(progress) : NOTHING;
        });
  }
}
