package io.raftlog.internal.message;

/**
 * Answers a vote request; leaves the sender only when its term and vote are durable.
 *
 * @param term the sender's term
 * @param granted whether it voted for the candidate in this term
 */
public record VoteResponse(long term, boolean granted) implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.VOTE_RESPONSE;
  }
}
