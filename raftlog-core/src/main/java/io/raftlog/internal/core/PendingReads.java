package io.raftlog.internal.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Linearizable reads that wait for the leader to be confirmed (thesis §6.4). All reads that are
 * asked while a round of heartbeats is under way share the next one. Owned by the loop thread;
 * bounded by the shell, which bounds the reads it asks for.
 */
final class PendingReads {
  private List<Long> waiting = new ArrayList<>();
  private List<Long> inRound = new ArrayList<>();
  private long roundRequestId;
  private long roundReadIndex;

  void add(long readId) {
    waiting.add(readId);
  }

  /** Whether a new round must be started. */
  boolean wantsRound() {
    return inRound.isEmpty() && !waiting.isEmpty();
  }

  /** Starts a round: any answer to this request or a later one confirms the leader. */
  void startRound(long requestId, long commitIndex) {
    inRound = waiting;
    waiting = new ArrayList<>();
    roundRequestId = requestId;
    roundReadIndex = commitIndex;
  }

  /** A quorum has answered this request or a later one. */
  void confirmed(long requestId, List<Effects.ReadGrant> grants) {
    if (inRound.isEmpty() || requestId < roundRequestId) {
      return;
    }
    for (long readId : inRound) {
      grants.add(new Effects.ReadGrant(readId, roundReadIndex));
    }
    inRound = new ArrayList<>();
  }

  void fail(List<Effects.ReadGrant> grants) {
    for (List<Long> reads : List.of(inRound, waiting)) {
      for (long readId : reads) {
        grants.add(new Effects.ReadGrant(readId, -1));
      }
    }
    inRound = new ArrayList<>();
    waiting = new ArrayList<>();
  }
}
