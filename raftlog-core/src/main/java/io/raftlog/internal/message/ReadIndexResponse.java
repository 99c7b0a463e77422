package io.raftlog.internal.message;

/**
 * Answers a read index request, after a quorum confirmed that the sender leads.
 *
 * @param term the leader's term
 * @param session the request's
 * @param readId the request's
 * @param readIndex the entry that must be applied before reading, or 0: not leader, ask again
 */
public record ReadIndexResponse(long term, long session, long readId, long readIndex)
    implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.READ_INDEX_RESPONSE;
  }
}
