package io.raftlog.simulation.invariants;

import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.simulation.checkers.Violation;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Terms only grow: in memory, on disk, and for everybody who was told of one that depends on being
 * remembered.
 */
final class TermNeverDecreases implements Invariant {
  private final Map<UUID, Long> durable = new HashMap<>();
  private final Map<UUID, Long> current = new HashMap<>();

  @Override
  public void afterStart(ReplicaState replica) {
    checkDurable(replica);
    current.put(replica.incarnation(), replica.core().term());
  }

  @Override
  public void afterWork(ReplicaState replica) {
    checkDurable(replica);
    long term = replica.core().term();
    Long before = current.put(replica.incarnation(), term);
    Violation.unless(
        before == null || term >= before, name(), () -> replica.name() + " was in term " + before);
  }

  private void checkDurable(ReplicaState replica) {
    long term = replica.durableTerm();
    Long before = durable.put(replica.incarnation(), term);
    Violation.unless(
        before == null || term >= before,
        name(),
        () -> "the disk of " + replica.name() + " said term " + before + ", now " + term);
  }

  @Override
  public void onSend(ReplicaState replica, Envelope envelope) {
    RaftMessage message = envelope.message();
    boolean binds =
        switch (message.kind()) {
          case VOTE_REQUEST, VOTE_RESPONSE, APPEND_REQUEST, APPEND_RESPONSE -> true;
          default -> false;
        };
    Violation.unless(
        !binds || replica.durableTerm() >= message.term(),
        name(),
        () ->
            replica.name() + " sends " + message + ", its disk says term " + replica.durableTerm());
  }
}
