package io.raftlog.simulation;

import io.raftlog.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What of a stored hard state the invariants look at; reads format version 1. */
record StoredHardState(long term, @Nullable NodeId votedFor) {
  static final StoredHardState NONE = new StoredHardState(0, null);

  private static final int TERM = 5;
  private static final int VOTE = TERM + 8 + 8 + 16;

  static StoredHardState of(ByteBuffer stored) {
    ByteBuffer from = stored.slice();
    byte[] vote = new byte[from.get(VOTE)];
    from.get(VOTE + 1, vote);
    return new StoredHardState(
        from.getLong(TERM),
        vote.length == 0 ? null : new NodeId(new String(vote, StandardCharsets.US_ASCII)));
  }
}
