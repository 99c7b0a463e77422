package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.RaftMessage;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who this replica is, who the others are, and whose messages may be looked at. Owned by the loop
 * thread.
 */
final class Cluster {
  /**
   * A message whose term is further ahead is not believed: it would take decades of elections. And
   * after one of 2^63 - 1 there would be no term left to elect anybody in.
   */
  private static final long MAX_TERM_STEP = 1L << 32;

  private final RaftCore core;
  private final Member self;
  private @Nullable Membership peersOf;
  private Set<NodeId> peers;

  Cluster(RaftCore core) {
    this.core = core;
    this.self = new Member(core.config.self(), core.config.incarnation());
    this.peers = peersIn(null);
  }

  Member self() {
    return self;
  }

  Standing standing() {
    Membership membership = core.log.membership();
    if (membership != null) {
      return membership.contains(self) ? Standing.VOTER : Standing.AWAITING_READMISSION;
    }
    return core.hardState().isFormed() ? Standing.AWAITING_READMISSION : Standing.UNFORMED;
  }

  /** Whether the sender belongs to another formation of the cluster. */
  boolean isForeign(Envelope envelope) {
    return isFormed(envelope)
        && core.hardState().isFormed()
        && !envelope.formation().equals(core.hardState().formation());
  }

  /**
   * Whether a message may be looked at at all. Its term must have no effect when it comes from a
   * node that is no member, or from one that belongs to no formation and talks of anything but
   * joining. And a vote is for the incarnation that asked: of two that run under one id, one of
   * them on an old copy of the disk, either might otherwise be elected by the votes that the other
   * got.
   */
  boolean admits(Envelope envelope) {
    boolean believable = envelope.message().term() - core.term() <= MAX_TERM_STEP;
    if (!believable || !peers().contains(envelope.from())) {
      return false;
    }
    return switch (envelope.message().kind()) {
      case PRE_VOTE_REQUEST, VOTE_REQUEST, APPEND_RESPONSE -> true;
      case PRE_VOTE_RESPONSE, VOTE_RESPONSE -> recognises(envelope);
      default -> isFormed(envelope);
    };
  }

  static boolean isFormed(Envelope envelope) {
    return !envelope.formation().equals(Envelope.UNFORMED);
  }

  /**
   * Whether the sender votes, in this very incarnation. While this replica has no membership it
   * cannot tell; then the sender must know this replica's incarnation, or both be unformed.
   */
  boolean isVoter(Envelope envelope) {
    Membership membership = core.log.membership();
    return membership == null
        || membership.contains(new Member(envelope.from(), envelope.fromIncarnation()));
  }

  /** Whether the message is for this very incarnation: {@link Envelope#toIncarnation}. */
  boolean recognises(Envelope envelope) {
    return envelope.toIncarnation().equals(self.incarnation());
  }

  /** As {@link #recognises}, of a request; an operator should know when it does not. */
  boolean recognisesOrNotices(Envelope envelope) {
    if (!recognises(envelope) && standing() != Standing.VOTER) {
      core.notice(Notice.Kind.AWAITING_READMISSION, envelope.from());
    }
    return recognises(envelope);
  }

  /** What a peer has sent may show that this replica is none of the voters, or no longer. */
  void noticeUnlessVoter(NodeId peer) {
    if (core.log.membership() != null && standing() != Standing.VOTER) {
      core.notice(Notice.Kind.AWAITING_READMISSION, peer);
    }
  }

  Envelope envelope(NodeId to, RaftMessage message) {
    Membership membership = core.log.membership();
    UUID toIncarnation =
        membership == null
            ? Envelope.NO_INCARNATION
            : membership.incarnationOf(to).orElse(Envelope.NO_INCARNATION);
    return envelope(to, toIncarnation, message);
  }

  /** An answer, which is for the incarnation that has asked. */
  Envelope reply(Envelope request, RaftMessage message) {
    return envelope(request.from(), request.fromIncarnation(), message);
  }

  Envelope envelope(NodeId to, UUID toIncarnation, RaftMessage message) {
    return new Envelope(
        self.node(), to, core.hardState().formation(), self.incarnation(), toIncarnation, message);
  }

  /** Every other member, by the membership in force or, before there is one, as configured. */
  @SuppressWarnings("ReferenceEquality") // only tells whether to compute the peers again
  Set<NodeId> peers() {
    Membership membership = core.log.membership();
    if (membership != peersOf) {
      peersOf = membership;
      peers = peersIn(membership);
    }
    return peers;
  }

  /** How many other members come before this node in the order of their names, but for one. */
  long peersBeforeSelf(NodeId without) {
    return peers().stream()
        .filter(peer -> !peer.equals(without) && peer.compareTo(self.node()) < 0)
        .count();
  }

  private Set<NodeId> peersIn(@Nullable Membership membership) {
    Set<NodeId> nodes = new TreeSet<>();
    if (membership == null) {
      nodes.addAll(core.config.members());
    } else {
      membership.voters().forEach(m -> nodes.add(m.node()));
      membership.outgoing().forEach(m -> nodes.add(m.node()));
    }
    nodes.remove(self.node());
    return nodes;
  }
}
