package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who granted a vote or pre-vote, in which incarnation. Owned by the loop thread.
 *
 * <p>A cluster that was never formed has no membership yet: then every configured member must
 * grant, each with an empty storage, which is how a wiped minority cannot pass for a new cluster.
 */
final class VoteTally {
  private final Map<NodeId, UUID> granted = new TreeMap<>();
  private final Map<NodeId, UUID> refused = new TreeMap<>();

  void grant(NodeId from, UUID incarnation) {
    granted.put(from, incarnation);
  }

  void refuse(NodeId from, UUID incarnation) {
    refused.put(from, incarnation);
  }

  boolean isWon(@Nullable Membership membership, List<NodeId> configured) {
    return membership == null
        ? granted.keySet().containsAll(configured)
        : isMajority(granted, membership);
  }

  boolean isLost(@Nullable Membership membership) {
    return membership != null && isMajority(refused, membership);
  }

  /** The voters of a new cluster: everybody, since everybody has granted. */
  List<Member> members() {
    List<Member> members = new ArrayList<>();
    granted.forEach((node, incarnation) -> members.add(new Member(node, incarnation)));
    return members;
  }

  private static boolean isMajority(Map<NodeId, UUID> votes, Membership membership) {
    return membership.quorumMatch(m -> m.incarnation().equals(votes.get(m.node())) ? 1 : 0) == 1;
  }
}
