package io.raftlog.internal.message;

/**
 * Asks the leader up to where a linearizable read must see (thesis §6.4).
 *
 * @param term the leader's term as the sender knows it
 * @param session drawn at random at every start of the sender
 * @param readId the sender's number for the read
 */
public record ReadIndexRequest(long term, long session, long readId) implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.READ_INDEX_REQUEST;
  }
}
