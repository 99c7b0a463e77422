package io.raftlog.internal.message;

/**
 * Appends that were called on another node than the leader; their runs travel in the frame's body
 * as an entry whose header is still empty.
 *
 * @param term the term of the leader that this is meant for; no other may act on it
 * @param session grows with every start of the sender
 * @param forwardId grows with every request of the session; a leader acts on each at most once, in
 *     order
 * @param appliedIndex up to where the sender has seen what became of these appends
 */
public record ForwardRequest(long term, long session, long forwardId, long appliedIndex)
    implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.FORWARD_REQUEST;
  }
}
