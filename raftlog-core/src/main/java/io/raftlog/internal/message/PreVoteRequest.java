package io.raftlog.internal.message;

import io.raftlog.NodeId;
import java.util.List;

/**
 * Asks whether the receiver would vote for the sender (thesis §9.6); changes nothing.
 *
 * @param term the term that the sender would stand in, one more than its own
 * @param lastIndex the index of the sender's last entry
 * @param lastTerm the term of the sender's last entry
 * @param members from a node whose storage is empty, the members that it was configured with,
 *     sorted; else empty
 */
public record PreVoteRequest(long term, long lastIndex, long lastTerm, List<NodeId> members)
    implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.PRE_VOTE_REQUEST;
  }
}
