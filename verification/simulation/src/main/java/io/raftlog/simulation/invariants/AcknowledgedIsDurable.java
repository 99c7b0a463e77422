package io.raftlog.simulation.invariants;

import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.simulation.checkers.Violation;

/** What a follower acknowledges is on its disk (§5.3, figure 2). */
final class AcknowledgedIsDurable implements Invariant {
  @Override
  public void onSend(ReplicaState replica, Envelope envelope) {
    if (!(envelope.message() instanceof AppendResponse response) || !response.success()) {
      return;
    }
    long match = response.matchIndex();
    Violation.unless(
        match <= replica.lastIndex() && replica.durablyHolds(match, replica.prefixHashAt(match)),
        name(),
        () -> replica.name() + " acknowledges entry " + match + ", which is not on its disk");
  }
}
