package io.raftlog.internal.message;

import java.util.List;

/**
 * What the leader made of a forward request, once it has made up its mind about all of it. May come
 * in several parts, in any order; it is an answer when all are there.
 *
 * @param term the leader's term
 * @param session the request's; if it was superseded, the later one that the leader knows
 * @param forwardId the request's
 * @param status what became of the whole
 * @param verdicts appends of the request that are not simply in the log's tail now
 * @param firstVerdict how many verdicts the parts before this one have
 * @param totalVerdicts how many all parts have
 */
public record ForwardResponse(
    long term,
    long session,
    long forwardId,
    Status status,
    List<Verdict> verdicts,
    int firstVerdict,
    int totalVerdicts)
    implements RaftMessage {
  /** What became of a forward request. */
  public enum Status {
    /** Every append is in the leader's log or has a verdict. */
    ACCEPTED,
    /** The receiver does not lead in that term; nothing was appended by this request. */
    NOT_LEADER,
    /**
     * The leader has too much in flight, or some of it may be in the log where the sender has not
     * come yet. Perhaps it appended a part, and all must come again.
     */
    SEND_AGAIN,
    /**
     * The leader knows a later session of this node. Nothing was appended by this request, nor will
     * be by any other of its session.
     */
    SUPERSEDED
  }

  @Override
  public Kind kind() {
    return Kind.FORWARD_RESPONSE;
  }
}
