package io.raftlog.internal.message;

import io.raftlog.NodeId;
import java.util.UUID;

/**
 * A message with who sent it to whom. The formation and the incarnations are looked at before any
 * term: a node of another formation has no say, and a node whose storage was emptied must not vote
 * or count until it was re-admitted.
 *
 * @param from the sender
 * @param to the receiver
 * @param formation the formation that the sender belongs to, {@link #UNFORMED} if none yet
 * @param fromIncarnation the sender's incarnation
 * @param toIncarnation of an answer to a vote or pre-vote request, the incarnation that asked; of
 *     an append request, the one that the leader has last heard of; else the one under which the
 *     receiver votes as far as the sender knows, {@link #NO_INCARNATION} if it does not know one
 * @param message what is said
 */
public record Envelope(
    NodeId from,
    NodeId to,
    UUID formation,
    UUID fromIncarnation,
    UUID toIncarnation,
    RaftMessage message) {
  /** The formation of a node whose storage is empty. */
  public static final UUID UNFORMED = new UUID(0, 0);

  /** Stands for an incarnation that is not known. */
  public static final UUID NO_INCARNATION = new UUID(0, 0);
}
