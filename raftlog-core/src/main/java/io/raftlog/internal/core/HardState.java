package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.message.Envelope;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a replica must never forget (§5.2, figure 2).
 *
 * @param term the latest term that it has seen
 * @param votedFor whom it voted for in that term, or null
 * @param formation the formation that it belongs to, {@link Envelope#UNFORMED} if none yet
 */
public record HardState(long term, @Nullable NodeId votedFor, UUID formation) {
  /** A replica whose storage is empty. */
  public static final HardState EMPTY = new HardState(0, null, Envelope.UNFORMED);

  boolean isFormed() {
    return !formation.equals(Envelope.UNFORMED);
  }

  HardState inTerm(long newTerm) {
    Invariants.check(newTerm > term, "the term must grow", newTerm, term);
    return new HardState(newTerm, null, formation);
  }

  HardState votingFor(NodeId candidate) {
    Invariants.check(
        votedFor == null || votedFor.equals(candidate), "a second vote in one term", term);
    return new HardState(term, candidate, formation);
  }

  HardState formedAs(UUID newFormation) {
    Invariants.check(
        !isFormed() || formation.equals(newFormation), "a second formation in term", term);
    return new HardState(term, votedFor, newFormation);
  }
}
