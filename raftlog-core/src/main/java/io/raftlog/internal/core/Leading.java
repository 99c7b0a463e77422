package io.raftlog.internal.core;

import io.raftlog.internal.core.FollowerProgress.Mode;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.TimeoutNow;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does: it replicates, commits, confirms itself for reads, hands over, and steps down
 * when it has lost its quorum (§5.3, §5.4, thesis §3.10, §6.2, §6.4). Owned by the loop thread.
 */
final class Leading {
  private final RaftCore core;
  private final Leader leader;

  /** What forms the cluster, if this leader was elected to do so; else null. */
  private final @Nullable Membership formation;

  Leading(RaftCore core, Leader leader, VoteTally tally) {
    this.core = core;
    this.leader = leader;
    this.formation =
        core.log.membership() == null
            ? new Membership(tally.members(), List.of(), core.config.settings())
            : null;
  }

  /**
   * The control entry that must be proposed next. A leader begins with one of its own term, since
   * by counting it commits only entries of its term (§5.4.2). A membership may change only when the
   * last change, and an entry of this term, are committed.
   */
  Optional<WantedControl> wantedControl() {
    if (leader.firstIndex == 0) {
      return Optional.of(new WantedControl(formation));
    }
    Membership membership = core.log.membership();
    long settledIndex = Math.max(leader.firstIndex, core.log.membershipIndex());
    if (membership == null || core.commitIndex() < settledIndex) {
      return Optional.empty();
    }
    if (membership.isJoint()) {
      return Optional.of(new WantedControl(membership.settled()));
    }
    for (FollowerProgress p : leader.tracker.followers()) {
      if (!membership.contains(p.member()) && p.isCaughtUp()) {
        UUID incarnation = p.member().incarnation();
        return Optional.of(new WantedControl(membership.readmitting(p.node(), incarnation)));
      }
    }
    return Optional.empty();
  }

  /** Whether records would be taken now. */
  boolean hasCapacity() {
    TailSizes sizes = core.log.sizes();
    return leader.firstIndex > 0
        && leader.transferTarget == null
        && sizes.bytesAfter(core.commitIndex()) < core.config.maxUncommittedBytes()
        && !leader.lag.isFull();
  }

  /** Sends every follower what it may be sent now. */
  void flush(long nowNanos) {
    if (isForming()) {
      return;
    }
    boolean newRound = leader.reads.wantsRound() && ownTermCommitted();
    if (newRound) {
      leader.reads.startRound(leader.lastRequestId + 1, core.commitIndex());
    }
    for (FollowerProgress p : leader.tracker.followers()) {
      boolean sent = sendEntries(p, nowNanos);
      boolean hasEntriesInFlight = p.hasEntriesInFlight();
      if (hasEntriesInFlight && (newRound || beat(p.lastUnqueuedNanos) != beat(nowNanos))) {
        sendAhead(p, nowNanos);
      }
      boolean heartbeatDue = beat(p.lastSentNanos) != beat(nowNanos);
      boolean commitOwed =
          p.wantsCommit && p.sentCommitIndex < Math.min(core.commitIndex(), p.matchIndex());
      if (!sent && ((newRound && !hasEntriesInFlight) || heartbeatDue || commitOwed)) {
        send(p, p.nextIndex() - 1, p.nextIndex() - 1, 0, nowNanos);
      }
    }
    if (nowNanos - leader.catchUpMeasuredNanos >= core.config.heartbeatNanos()) {
      leader.catchUpMeasuredNanos = nowNanos;
      leader.tracker.followers().forEach(p -> p.measureCatchUp(core.commitIndex()));
    }
    confirmReads();
  }

  /**
   * Which interval between heartbeats a time is in. A heartbeat is due at every multiple of the
   * interval, whenever something was sent last, so the heartbeats of all logs that a node leads are
   * due together: they wake the node and each follower once, and travel in one packet.
   */
  private long beat(long nanos) {
    return Math.floorDiv(nanos, core.config.heartbeatNanos());
  }

  /**
   * Whether the formation is not durable here yet; then nobody else may hear of it. A heartbeat
   * that brings the formation, and no membership, to a follower cannot be taken back: if this
   * leader crashes and forgets the formation, that follower refuses every other one, for ever.
   */
  private boolean isForming() {
    return formation != null && core.writes.durableIndex() < Math.max(1, leader.firstIndex);
  }

  private boolean sendEntries(FollowerProgress p, long nowNanos) {
    TailSizes sizes = core.log.sizes();
    if (p.mode() == Mode.REPLICATE && p.nextIndex() < sizes.fromIndex()) {
      p.probeFrom(p.nextIndex());
    }
    if (p.mode() == Mode.PROBE) {
      return probe(p, nowNanos);
    }
    boolean sent = false;
    while (p.nextIndex() <= core.log.lastIndex() && p.hasWindow(core.config)) {
      long from = p.nextIndex();
      long to = lastFitting(from, core.config.maxAppendBytes());
      p.sent(to, sizes.between(from, to), nowNanos);
      send(p, from - 1, to, 0, nowNanos);
      sent = true;
    }
    return sent;
  }

  private boolean probe(FollowerProgress p, long nowNanos) {
    long patience = core.config.electionTimeoutNanos();
    long from = p.nextIndex();
    if (from > core.log.lastIndex() || p.awaitsProbe(nowNanos, patience)) {
      return false;
    }
    int maxBytes = p.beginProbe(core.config.maxAppendBytes(), leader.lastRequestId + 1, nowNanos);
    if (from >= core.log.sizes().fromIndex()) {
      long to = lastFitting(from, maxBytes);
      p.probeCarries(to, core.log.sizes().between(from, to));
      send(p, from - 1, to, 0, nowNanos);
    } else {
      send(p, from - 1, core.log.lastIndex(), maxBytes, nowNanos);
    }
    return true;
  }

  /** The last entry that fits into one request that begins with from. */
  private long lastFitting(long from, int maxBytes) {
    TailSizes sizes = core.log.sizes();
    long to = from;
    while (to < core.log.lastIndex() && sizes.between(from, to + 1) <= maxBytes) {
      to++;
    }
    return to;
  }

  private void send(FollowerProgress p, long prev, long toIndex, int maxBytes, long nowNanos) {
    p.lastSentNanos = nowNanos;
    p.sentCommitIndex = core.commitIndex();
    Send.Entries entries = new Send.Entries(prev + 1, toIndex, maxBytes);
    core.sendAppend(p.member(), requestAfter(prev), entries, p.hasEntriesInFlight());
  }

  /**
   * Sends a heartbeat that overtakes the entries on their way, which may take longer than an
   * election timeout on a slow link: the follower has everything that comes before it. It does not
   * show whether entries were lost; for that one goes behind them.
   */
  private void sendAhead(FollowerProgress p, long nowNanos) {
    p.lastUnqueuedNanos = nowNanos;
    long prev = p.matchIndex();
    core.sendAppend(p.member(), requestAfter(prev), new Send.Entries(prev + 1, prev, 0), false);
  }

  private AppendRequest requestAfter(long prev) {
    leader.lastRequestId++;
    return new AppendRequest(
        core.term(),
        leader.lastRequestId,
        prev,
        core.log.termAt(prev),
        core.commitIndex(),
        List.of());
  }

  void onAppendResponse(Envelope envelope, AppendResponse response, long nowNanos) {
    FollowerProgress p = leader.tracker.of(envelope.from());
    if (p == null || !knows(p, envelope.fromIncarnation(), nowNanos)) {
      return;
    }
    p.lastContactNanos = nowNanos;
    p.ackedRequestId = Math.max(p.ackedRequestId, response.requestId());
    p.wantsCommit = response.wantsCommit();
    if (response.success()) {
      Invariants.check(
          response.matchIndex() <= core.log.lastIndex(),
          "a follower acknowledged more than there is",
          response.matchIndex(),
          core.log.lastIndex());
      p.matched(response.matchIndex(), response.requestId(), core.log.sizes().fromIndex());
      advanceCommit();
      continueTransfer();
    } else {
      onRejection(p, response);
    }
    confirmReads();
  }

  /**
   * Whether the answer counts for this progress. A node that comes back under another incarnation
   * has lost its storage, and is known from then on by the new one; but as long as a voter is heard
   * of, nobody can take its place: a copy of its old disk would otherwise do just that.
   */
  private boolean knows(FollowerProgress p, UUID incarnation, long nowNanos) {
    if (p.member().incarnation().equals(incarnation)) {
      return true;
    }
    Membership membership = core.log.membership();
    boolean voterIsAlive =
        membership != null
            && membership.contains(p.member())
            && p.ackedRequestId > 0
            && nowNanos - p.lastContactNanos < core.config.electionTimeoutNanos();
    if (!voterIsAlive) {
      p.becomeIncarnation(incarnation, core.log.lastIndex());
    }
    return !voterIsAlive;
  }

  /**
   * Finds the next place to probe from, one round trip per term: the follower told the term that it
   * has there and where that term begins. Answers to requests that are not the newest probe are
   * stale and would move the place the wrong way. So are those to requests from before the place
   * was moved last: when one is lost, all that were sent behind it are rejected, one after the
   * other, and each time everything would be sent again.
   */
  private void onRejection(FollowerProgress p, AppendResponse response) {
    long rejected = response.rejectedIndex();
    boolean stale =
        response.requestId() <= p.staleRequestId
            || rejected <= p.matchIndex()
            || (p.mode() == Mode.PROBE && rejected != p.nextIndex() - 1)
            || rejected >= p.nextIndex();
    if (stale) {
      return;
    }
    long sameTermEnd = core.log.lastIndexUpToTerm(response.conflictTerm());
    boolean hasTerm =
        response.conflictTerm() > 0 && core.log.termAt(sameTermEnd) == response.conflictTerm();
    long next =
        hasTerm
            ? Math.min(sameTermEnd, response.conflictIndex()) + 1
            : response.conflictFirstIndex();
    p.probeFrom(Math.max(1, Math.min(next, rejected)));
    p.staleRequestId = leader.lastRequestId;
  }

  /** Only entries of the current term are committed by counting (§5.4.2, figure 8). */
  void advanceCommit() {
    long index = leader.tracker.quorumMatchIndex();
    if (index > core.commitIndex() && core.log.termAt(index) == core.term()) {
      core.advanceCommitTo(index);
    }
  }

  private boolean ownTermCommitted() {
    return leader.firstIndex > 0 && core.commitIndex() >= leader.firstIndex;
  }

  private void confirmReads() {
    leader.reads.confirmed(leader.tracker.quorumRequestId(), core.readGrants());
  }

  void tick(long nowNanos) {
    long silence = leader.tracker.silenceNanos(nowNanos);
    boolean isDeaf = silence >= core.config.electionTimeoutNanos();
    if (isDeaf || isLeftOut()) {
      core.becomeFollower(core.term(), null, nowNanos);
      return;
    }
    leader.deafAtNanos = nowNanos - silence + core.config.electionTimeoutNanos();
    if (leader.transferTarget != null && nowNanos - leader.transferDeadlineNanos >= 0) {
      leader.transferTarget = null;
    }
    // Not at once after a try, or after the election: who was asked to stand may still be at it,
    // and another one would split the vote.
    if (leader.lag.measure(nowNanos)
        && nowNanos - leader.transferDeadlineNanos >= core.config.electionTimeoutNanos()) {
      startTransfer(nowNanos);
    }
  }

  /** §6: a leader that is not among the new voters leads until that membership is committed. */
  private boolean isLeftOut() {
    return core.log.membership() != null
        && core.standing() == Standing.AWAITING_READMISSION
        && core.commitIndex() >= core.log.membershipIndex();
  }

  void startTransfer(long nowNanos) {
    if (leader.transferTarget != null) {
      return;
    }
    Membership membership = core.log.membership();
    FollowerProgress best = null;
    for (FollowerProgress p : leader.tracker.followers()) {
      boolean mayLead =
          membership != null && !membership.isJoint() && membership.contains(p.member());
      if (mayLead && (best == null || isBetterTarget(p, best))) {
        best = p;
      }
    }
    if (best != null) {
      leader.transferTarget = best.node();
      leader.transferDeadlineNanos = nowNanos + core.config.electionTimeoutNanos();
      continueTransfer();
    }
  }

  private static boolean isBetterTarget(FollowerProgress p, FollowerProgress best) {
    return p.matchIndex() != best.matchIndex()
        ? p.matchIndex() > best.matchIndex()
        : p.lastContactNanos - best.lastContactNanos > 0;
  }

  /** The target is told to stand as soon as it has everything. */
  private void continueTransfer() {
    if (leader.transferTarget != null) {
      FollowerProgress p = leader.tracker.of(leader.transferTarget);
      if (p != null && p.matchIndex() == core.log.lastIndex()) {
        core.sendNow(p.node(), new TimeoutNow(core.term()));
      }
    }
  }

  long nextDeadlineNanos() {
    long next = leader.deafAtNanos;
    for (FollowerProgress p : leader.tracker.followers()) {
      long due =
          isForming()
              ? p.lastContactNanos + core.config.electionTimeoutNanos()
              : (beat(p.lastSentNanos) + 1) * core.config.heartbeatNanos();
      next = earlier(next, due);
    }
    return leader.transferTarget == null ? next : earlier(next, leader.transferDeadlineNanos);
  }

  private static long earlier(long left, long right) {
    return left - right < 0 ? left : right;
  }
}
