package io.raftlog.internal.message;

/**
 * Answers append requests.
 *
 * @param term the sender's term
 * @param requestId the highest request id that the sender has seen in this term
 * @param success false when the entry before the request's entries did not match
 * @param matchIndex on success, up to where the sender's log is the leader's and durable
 * @param rejectedIndex on failure the request's prevIndex, else 0
 * @param conflictIndex on failure prevIndex, or the sender's last index if that is before
 * @param conflictTerm on failure the term of the sender's entry at conflictIndex; 0 for none
 * @param conflictFirstIndex on failure the first index that the sender has of conflictTerm
 * @param wantsCommit whether somebody at the sender waits for entries to be committed, so that the
 *     leader should tell at once
 */
public record AppendResponse(
    long term,
    long requestId,
    boolean success,
    long matchIndex,
    long rejectedIndex,
    long conflictIndex,
    long conflictTerm,
    long conflictFirstIndex,
    boolean wantsCommit)
    implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.APPEND_RESPONSE;
  }
}
