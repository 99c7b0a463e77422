package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import io.raftlog.simulation.checkers.Violation;

/** A vote is durable before anybody hears of it, a candidate's own included (§5.2, figure 2). */
final class VoteIsDurable implements Invariant {
  @Override
  public void onSend(ReplicaState replica, Envelope envelope) {
    if (envelope.message() instanceof VoteResponse response && response.granted()) {
      check(replica, envelope, envelope.to());
    } else if (envelope.message() instanceof VoteRequest) {
      check(replica, envelope, envelope.from());
    }
  }

  private void check(ReplicaState replica, Envelope envelope, NodeId candidate) {
    long term = envelope.message().term();
    boolean durable =
        replica.durableTerm() > term
            || (replica.durableTerm() == term && candidate.equals(replica.durableVote()));
    Violation.unless(
        durable,
        name(),
        () ->
            replica.name()
                + " votes for "
                + candidate
                + " in term "
                + term
                + ", its disk says "
                + replica.durableVote()
                + " in term "
                + replica.durableTerm());
  }
}
