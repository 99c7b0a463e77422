package io.raftlog.internal.message;

/** What nodes say to each other about one log. */
public sealed interface RaftMessage
    permits PreVoteRequest,
        PreVoteResponse,
        VoteRequest,
        VoteResponse,
        AppendRequest,
        AppendResponse,
        TimeoutNow,
        ForwardRequest,
        ForwardResponse,
        ReadIndexRequest,
        ReadIndexResponse {
  /** One constant a kind, for exhaustive switches. */
  enum Kind {
    PRE_VOTE_REQUEST,
    PRE_VOTE_RESPONSE,
    VOTE_REQUEST,
    VOTE_RESPONSE,
    APPEND_REQUEST,
    APPEND_RESPONSE,
    TIMEOUT_NOW,
    FORWARD_REQUEST,
    FORWARD_RESPONSE,
    READ_INDEX_REQUEST,
    READ_INDEX_RESPONSE
  }

  /**
   * Which of the kinds it is.
   *
   * @return the kind
   */
  Kind kind();

  /**
   * The sender's term; for a pre-vote request the term that the sender would have.
   *
   * @return the term
   */
  long term();
}
