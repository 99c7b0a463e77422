package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who shall lead: pre-votes and votes (§5.2, §5.4.1, thesis §9.6). Owned by the loop thread.
 *
 * <p>A cluster is formed by its first election: it takes every configured member, each saying that
 * its storage is empty. Afterwards a majority of the voters decides.
 */
final class Elections {
  private final RaftCore core;

  /** When this term's leader was last heard of; meaningless while no leader is known. */
  private long leaderContactNanos;

  private boolean leaderContactKnown;

  /** The incarnation that was voted for since the start, if any, in the last term with a vote. */
  private @Nullable UUID votedForIncarnation;

  Elections(RaftCore core, long nowNanos) {
    this.core = core;
    this.leaderContactNanos = nowNanos;
  }

  void heardFromLeader(long nowNanos) {
    leaderContactNanos = nowNanos;
    leaderContactKnown = true;
    core.resetElectionDeadline(nowNanos);
  }

  void forgetLeaderContact() {
    leaderContactKnown = false;
  }

  /**
   * Whether there is a leader that this replica has no reason to doubt; then it must not help to
   * depose it (thesis §4.2.3). Check-quorum makes this safe: a leader without followers steps down.
   */
  private boolean leaderIsAlive(long nowNanos) {
    return switch (core.role().kind()) {
      case LEADER -> true;
      case FOLLOWER ->
          core.role().leader() != null
              && leaderContactKnown
              && nowNanos - leaderContactNanos < core.config.electionTimeoutNanos();
      case PRE_CANDIDATE, CANDIDATE -> false;
    };
  }

  void onElectionTimeout(long nowNanos) {
    core.resetElectionDeadline(nowNanos);
    // With a disk that is slower than elections, a candidate would give up before its vote is
    // durable, and begin again.
    if (core.standing() == Standing.AWAITING_READMISSION || !core.isHardStateDurable()) {
      return;
    }
    PreCandidate preCandidate = new PreCandidate(candidacy());
    core.setRole(preCandidate);
    preCandidate.tally.grant(core.config.self(), core.config.incarnation());
    if (isWon(preCandidate.tally)) {
      stand(false, nowNanos);
      return;
    }
    PreVoteRequest request =
        new PreVoteRequest(
            core.term() + 1, core.log.lastIndex(), core.log.lastTerm(), membersIfUnformed());
    for (NodeId peer : core.cluster.peers()) {
      core.sendNow(peer, request);
    }
  }

  /** What this replica stands for in the present term, also while it asks for the next one. */
  private @Nullable Candidate candidacy() {
    return switch (core.role().kind()) {
      case CANDIDATE -> (Candidate) core.role();
      case PRE_CANDIDATE -> ((PreCandidate) core.role()).candidacy;
      case FOLLOWER, LEADER -> null;
    };
  }

  /** Stands for election. The requests, and the own vote, wait until the own vote is durable. */
  private void stand(boolean transfer, long nowNanos) {
    core.setHardState(core.hardState().inTerm(core.term() + 1).votingFor(core.config.self()));
    core.setRole(new Candidate(core.changesWriteId()));
    core.resetElectionDeadline(nowNanos);
    VoteRequest request =
        new VoteRequest(
            core.term(), core.log.lastIndex(), core.log.lastTerm(), transfer, membersIfUnformed());
    for (NodeId peer : core.cluster.peers()) {
      core.sendWhenDurable(peer, request);
    }
  }

  void onPersisted(long nowNanos) {
    if (core.role() instanceof Candidate candidate
        && core.writes.isDurable(candidate.ownVoteWriteId)) {
      candidate.tally.grant(core.config.self(), core.config.incarnation());
      leadIfWon(candidate, nowNanos);
    }
  }

  /**
   * Promises a vote for the next term, but not before the vote for this one is durable, and on its
   * way. Otherwise a disk that is slower than elections would never be done with any: the next term
   * begins, and the vote for the last one is worthless.
   */
  void onPreVoteRequest(Envelope envelope, PreVoteRequest request, long nowNanos) {
    boolean granted =
        request.term() > core.term()
            && !leaderIsAlive(nowNanos)
            && core.isHardStateDurable()
            && isUpToDate(request.lastTerm(), request.lastIndex())
            && mayVoteFor(envelope, request.members(), true);
    core.replyNow(envelope, new PreVoteResponse(core.term(), request.term(), granted));
  }

  void onPreVoteResponse(Envelope envelope, PreVoteResponse response, long nowNanos) {
    if (!core.cluster.isVoter(envelope) || !countsHere(envelope)) {
      return;
    }
    if (!response.granted() && response.term() > core.term()) {
      core.becomeFollower(response.term(), null, nowNanos);
      return;
    }
    if (!(core.role() instanceof PreCandidate preCandidate)
        || response.requestTerm() != core.term() + 1) {
      return;
    }
    if (response.granted()) {
      preCandidate.tally.grant(envelope.from(), envelope.fromIncarnation());
      if (isWon(preCandidate.tally)) {
        stand(false, nowNanos);
      }
    }
  }

  void onVoteRequest(Envelope envelope, VoteRequest request, long nowNanos) {
    boolean disturbs = request.term() > core.term() && leaderIsAlive(nowNanos);
    if (disturbs && !request.transfer()) {
      return;
    }
    boolean upToDate = isUpToDate(request.lastTerm(), request.lastIndex());
    if (request.term() < core.term() || !mayVoteFor(envelope, request.members(), upToDate)) {
      core.replyWhenDurable(envelope, new VoteResponse(core.term(), false));
      return;
    }
    if (request.term() > core.term()) {
      core.becomeFollower(request.term(), null, nowNanos);
    }
    NodeId votedFor = core.hardState().votedFor();
    boolean granted =
        (votedFor == null ? core.role().leader() == null : votedForThis(envelope, votedFor))
            && upToDate;
    if (granted) {
      if (core.role().kind() == Role.Kind.PRE_CANDIDATE) {
        // Pre-votes that are still to come must not make it stand against whom it votes for now.
        core.becomeFollower(core.term(), null, nowNanos);
      }
      core.setHardState(core.hardState().votingFor(envelope.from()));
      votedForIncarnation = envelope.fromIncarnation();
      if (Cluster.isFormed(envelope)) {
        core.setHardState(core.hardState().formedAs(envelope.formation()));
      }
      core.resetElectionDeadline(nowNanos);
    }
    core.replyWhenDurable(envelope, new VoteResponse(core.term(), granted));
  }

  /**
   * Whether this is the request that was granted already, once more. Two that run under one id are
   * two candidates; which of them was meant is not stored, so after a restart it is neither.
   */
  private boolean votedForThis(Envelope envelope, NodeId votedFor) {
    return votedFor.equals(envelope.from())
        && envelope.fromIncarnation().equals(votedForIncarnation);
  }

  void onVoteResponse(Envelope envelope, VoteResponse response, long nowNanos) {
    if (!core.cluster.isVoter(envelope) || !countsHere(envelope)) {
      return;
    }
    if (response.term() > core.term()) {
      core.becomeFollower(response.term(), null, nowNanos);
      return;
    }
    Candidate candidate = candidacy();
    if (response.term() < core.term() || candidate == null) {
      return;
    }
    if (response.granted()) {
      candidate.tally.grant(envelope.from(), envelope.fromIncarnation());
      leadIfWon(candidate, nowNanos);
    } else {
      candidate.tally.refuse(envelope.from(), envelope.fromIncarnation());
      if (candidate == core.role() && candidate.tally.isLost(core.log.membership())) {
        core.becomeFollower(core.term(), null, nowNanos);
      }
    }
  }

  void onTimeoutNow(Envelope envelope, long term, long nowNanos) {
    boolean fromLeader = term == core.term() && envelope.from().equals(core.role().leader());
    if (fromLeader && core.standing() == Standing.VOTER) {
      stand(true, nowNanos);
    }
  }

  private void leadIfWon(Candidate candidate, long nowNanos) {
    if (core.writes.isDurable(candidate.ownVoteWriteId) && isWon(candidate.tally)) {
      core.becomeLeader(candidate.tally, nowNanos);
    }
  }

  private boolean isWon(VoteTally tally) {
    return tally.isWon(core.log.membership(), core.config.members());
  }

  private List<NodeId> membersIfUnformed() {
    return core.standing() == Standing.UNFORMED ? core.config.members() : List.of();
  }

  /** A replica that belongs to no formation yet counts only the answers of others like it. */
  private boolean countsHere(Envelope envelope) {
    return core.hardState().isFormed() || !Cluster.isFormed(envelope);
  }

  /**
   * Whether this replica may vote for the sender at all. Both must be voters of one formation in
   * just these incarnations; or both unformed, with the same members.
   *
   * <p>A sender whose log is not behind need not be a voter here. The story, with five nodes: (1)
   * n2 comes back with an empty disk and is re-admitted while n5 is away; (2) an entry is committed
   * on n1, n2 and n3; (3) n1 and n3 fail. Now n2 alone can be elected, and n5, which has not heard
   * of the re-admission yet, must help it. That it does not count for itself is n2's own duty (§6).
   */
  private boolean mayVoteFor(Envelope envelope, List<NodeId> members, boolean upToDate) {
    if (Cluster.isFormed(envelope)) {
      return core.cluster.recognisesOrNotices(envelope)
          && (upToDate || core.cluster.isVoter(envelope));
    }
    if (core.hardState().isFormed()) {
      return false;
    }
    if (!members.equals(core.config.members())) {
      core.notice(Notice.Kind.MEMBERS_DIFFER, envelope.from());
      return false;
    }
    return true;
  }

  /** §5.4.1: the log with the later last term, or with the same last term and as long. */
  private boolean isUpToDate(long lastTerm, long lastIndex) {
    return lastTerm > core.log.lastTerm()
        || (lastTerm == core.log.lastTerm() && lastIndex >= core.log.lastIndex());
  }
}
