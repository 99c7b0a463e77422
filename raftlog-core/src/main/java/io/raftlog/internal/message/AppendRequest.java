package io.raftlog.internal.message;

import io.raftlog.internal.entry.Extent;
import java.util.List;

/**
 * AppendEntries (§5.3), also the heartbeat.
 *
 * @param term the leader's term
 * @param requestId grows with every request of this leader in this term
 * @param prevIndex the index before the first entry
 * @param prevTerm the term of the leader's entry at prevIndex
 * @param commitIndex the leader's commit index
 * @param entries the entries, contiguous from prevIndex + 1; their bytes travel in the frame's
 *     body, so this is empty while a message is encoded
 */
public record AppendRequest(
    long term,
    long requestId,
    long prevIndex,
    long prevTerm,
    long commitIndex,
    List<Extent> entries)
    implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.APPEND_REQUEST;
  }
}
