package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;

/** What a follower does with its leader's append requests (§5.3). Owned by the loop thread. */
final class Following {
  private final RaftCore core;

  /** Whether somebody on this node waits for entries to be committed. */
  private boolean wantsCommit;

  Following(RaftCore core) {
    this.core = core;
  }

  void onAppendRequest(Envelope envelope, AppendRequest request, long nowNanos) {
    boolean isForThisIncarnation = core.cluster.recognisesOrNotices(envelope);
    if (request.term() < core.term()) {
      // Only the term is said, not the request: the sender may lead in the newer term already, and
      // would take the old request's number for one of its own, for instance to confirm a read.
      core.sendWhenDurable(
          envelope.from(), new AppendResponse(core.term(), 0, false, 0, 0, 0, 0, 0, wantsCommit));
      return;
    }
    if (!isForThisIncarnation && !core.hardState().isFormed()) {
      introduceItself(envelope, request, nowNanos);
      return;
    }
    checkMembers(request);
    Follower follower = follow(envelope, request.term(), nowNanos);
    follower.requestId = Math.max(follower.requestId, request.requestId());
    EntryLog log = core.log;
    long prev = request.prevIndex();
    boolean matches =
        prev <= core.commitIndex()
            || (prev <= log.lastIndex() && log.termAt(prev) == request.prevTerm());
    if (!matches) {
      // §5.3, "the follower can include the term of the conflicting entry and the first index it
      // stores for that term": the leader then skips the whole term at once.
      long at = Math.min(prev, log.lastIndex());
      long first = Math.max(log.firstIndexOfTermAt(at), core.commitIndex() + 1);
      core.sendWhenDurable(envelope.from(), rejection(request, at, log.termAt(at), first));
      return;
    }
    Invariants.check(
        prev > core.commitIndex() || log.termAt(prev) < 0 || log.termAt(prev) == request.prevTerm(),
        "a leader disagrees about a committed entry",
        prev,
        request.prevTerm());
    append(request);
    core.cluster.noticeUnlessVoter(envelope.from());
    long verified = prev + request.entries().size();
    follower.verifiedIndex = Math.max(follower.verifiedIndex, verified);
    // Not min(leader's commit, last index): beyond what this message verified, the log may still
    // hold another leader's entries.
    core.advanceCommitTo(Math.min(request.commitIndex(), verified));
    boolean isHeartbeat = request.entries().isEmpty();
    follower.owesResponse = true;
    respond(follower, isHeartbeat);
  }

  /**
   * Answers a leader that does not know yet that the storage here is empty; its next request is for
   * this incarnation then. It is not followed before: the request may come late, from a log that no
   * member has any more, and whoever remembers its formation refuses every other one, for ever.
   */
  private void introduceItself(Envelope envelope, AppendRequest request, long nowNanos) {
    if (request.term() > core.term()) {
      core.becomeFollower(request.term(), null, nowNanos);
    }
    core.sendWhenDurable(envelope.from(), rejection(request, 0, 0, 1));
  }

  /** A node with an emptied storage may be started with a wrong configuration. */
  private void checkMembers(AppendRequest request) {
    for (Extent entry : request.entries()) {
      Membership membership = entry.membership();
      if (membership != null) {
        MembersDifferException.check(membership, core.config.members());
      }
    }
  }

  private Follower follow(Envelope envelope, long term, long nowNanos) {
    core.setHardState(core.hardState().formedAs(envelope.formation()));
    Invariants.check(
        term > core.term() || core.role().kind() != Role.Kind.LEADER,
        "another leader in this leader's term",
        term);
    if (term > core.term()
        || !(core.role() instanceof Follower)
        || !envelope.from().equals(core.role().leader())) {
      core.becomeFollower(term, envelope.from(), nowNanos);
    }
    core.heardFromLeader(nowNanos);
    return (Follower) core.role();
  }

  /** Appends what is missing; removes entries only if one of them really conflicts (§5.3). */
  private void append(AppendRequest request) {
    EntryLog log = core.log;
    for (Extent entry : request.entries()) {
      if (entry.index() <= log.lastIndex()) {
        long ownTerm = log.termAt(entry.index());
        if (ownTerm == entry.term() || (ownTerm < 0 && entry.index() <= core.commitIndex())) {
          continue;
        }
        Invariants.check(
            entry.index() > core.commitIndex(),
            "a leader would replace a committed entry",
            entry.index(),
            core.commitIndex());
        log.truncate(entry.index());
        core.writes.truncate(entry.index());
      }
      log.append(entry, core.commitIndex());
    }
  }

  void onPersisted() {
    if (core.role() instanceof Follower follower) {
      respond(follower, false);
    }
  }

  /**
   * Acknowledges what is durable. A heartbeat is answered at once, so that a slow disk does not
   * look like a lost follower; entries when they are durable, all of a write's with one message.
   */
  private void respond(Follower follower, boolean atOnce) {
    NodeId leader = follower.leader();
    if (leader == null || !follower.owesResponse || !core.writes.isDurable(follower.termWriteId)) {
      return;
    }
    long match = Math.min(follower.verifiedIndex, core.writes.durableIndex());
    boolean complete = match == follower.verifiedIndex;
    if (complete || atOnce || match > follower.respondedIndex) {
      follower.respondedIndex = match;
      follower.owesResponse = !complete;
      sendSuccess(leader, follower, match);
    }
  }

  /**
   * Somebody waits from now on, or nobody any longer. What was acknowledged before, without saying
   * that somebody waits, is acknowledged once more: else its commit came with the next heartbeat.
   */
  void wantCommit(boolean wanted) {
    boolean rises = wanted && !wantsCommit;
    wantsCommit = wanted;
    if (rises
        && core.role() instanceof Follower follower
        && follower.leader() != null
        && follower.respondedIndex > core.commitIndex()) {
      sendSuccess(follower.leader(), follower, follower.respondedIndex);
    }
  }

  private void sendSuccess(NodeId leader, Follower follower, long match) {
    core.sendNow(
        leader,
        new AppendResponse(core.term(), follower.requestId, true, match, 0, 0, 0, 0, wantsCommit));
  }

  private AppendResponse rejection(
      AppendRequest request, long conflictIndex, long conflictTerm, long conflictFirst) {
    return new AppendResponse(
        core.term(),
        request.requestId(),
        false,
        0,
        request.prevIndex(),
        conflictIndex,
        conflictTerm,
        conflictFirst,
        wantsCommit);
  }
}
