package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A node votes at most once in a term, also across restarts (§5.2). */
final class OneVotePerTerm implements Invariant {
  private record Ballot(UUID incarnation, long term) {}

  private final Map<Ballot, NodeId> votes = new HashMap<>();

  @Override
  public void onSend(ReplicaState replica, Envelope envelope) {
    if (envelope.message() instanceof VoteResponse response && response.granted()) {
      vote(envelope, envelope.to());
    } else if (envelope.message() instanceof VoteRequest) {
      vote(envelope, envelope.from());
    }
  }

  private void vote(Envelope envelope, NodeId candidate) {
    long term = envelope.message().term();
    NodeId before = votes.putIfAbsent(new Ballot(envelope.fromIncarnation(), term), candidate);
    Violation.unless(
        before == null || before.equals(candidate),
        name(),
        () -> envelope.from() + " votes for " + before + " and " + candidate + " in term " + term);
  }
}
