package io.raftlog.internal.message;

/**
 * Answers a pre-vote request.
 *
 * @param term the sender's term
 * @param requestTerm the term of the request
 * @param granted whether the sender would vote
 */
public record PreVoteResponse(long term, long requestTerm, boolean granted) implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.PRE_VOTE_RESPONSE;
  }
}
