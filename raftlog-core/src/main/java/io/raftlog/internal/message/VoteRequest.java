package io.raftlog.internal.message;

import io.raftlog.NodeId;
import java.util.List;

/**
 * RequestVote (§5.2, §5.4.1).
 *
 * @param term the candidate's term, in which its own vote is durable
 * @param lastIndex the index of the candidate's last entry
 * @param lastTerm the term of the candidate's last entry
 * @param transfer whether the leader itself asked for this election (thesis §3.10)
 * @param members from a node whose storage is empty, the members that it was configured with,
 *     sorted; else empty
 */
public record VoteRequest(
    long term, long lastIndex, long lastTerm, boolean transfer, List<NodeId> members)
    implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.VOTE_REQUEST;
  }
}
