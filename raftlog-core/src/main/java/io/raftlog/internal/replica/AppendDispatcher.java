package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.message.ForwardRequest;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.ForwardResponse.Status;
import io.raftlog.internal.message.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the appends that were called on this node to whoever leads: to this replica's own
 * admission, or to another node's. Owned by the loop thread.
 *
 * <p>Nothing depends on what gets lost on the way. When a leader changes, an answer stays out, or
 * an append overtook an earlier one of its producer, everything without an outcome is sent again in
 * order; whatever is in the log already is recognised there.
 */
final class AppendDispatcher {
  /**
   * How often a time is doubled: the pause after a refusal to two heartbeat intervals, the wait for
   * an answer to eight election timeouts.
   */
  private static final int MAX_DOUBLINGS = 3;

  /** A forward request without a whole answer. */
  private static final class Forward {
    final long requestId;
    final int bytes;
    final List<PendingAppend> appends;

    /** Since when its answer is the next one to come. */
    long awaitedSinceNanos;

    /** The parts of the answer so far, by their place; null as long as there is none. */
    private @Nullable TreeMap<Integer, List<Verdict>> parts;

    Forward(long requestId, long sentNanos, int bytes, List<PendingAppend> appends) {
      this.requestId = requestId;
      this.awaitedSinceNanos = sentNanos;
      this.bytes = bytes;
      this.appends = appends;
    }

    /** Takes in a part of the answer; returns the whole of it, or null if more is to come. */
    @Nullable List<Verdict> answerWith(ForwardResponse part) {
      if (part.verdicts().size() >= part.totalVerdicts()) {
        return part.verdicts();
      }
      if (parts == null) {
        parts = new TreeMap<>();
      }
      parts.put(part.firstVerdict(), part.verdicts());
      List<Verdict> all = parts.values().stream().flatMap(List::stream).toList();
      return all.size() >= part.totalVerdicts() ? all : null;
    }
  }

  private final ReplicaConfig config;
  private final RaftCore core;
  private final AppendAccumulator accumulator;
  private final PendingAppends pending;
  private final Outbound outbound;

  /** Forward requests without an answer, oldest first. */
  private final ArrayDeque<Forward> unanswered = new ArrayDeque<>();

  private long unansweredBytes;

  /** Which life of this node sends: higher than that of an earlier one, as far as is known. */
  private long session;

  private long lastRequestId;
  private long sentTerm;
  private @Nullable NodeId sentTo;

  /** After a refusal nothing is sent until then. */
  private long pausedUntilNanos;

  private boolean paused;

  /**
   * How often in a row the leader wanted all of it again. Until it takes something, one append at a
   * time asks whether it does, ever more rarely: everything at once would only be refused again.
   */
  private int refusals;

  /**
   * How often in a row no answer came in time: requests get lost, or queue on a slow link, which
   * must not be filled with their copies. So it is waited for twice as long each time, with one
   * request under way, until answers come soon again.
   */
  private int overdue;

  /** Since when a batch waits for the one before it. */
  private long growingSinceNanos;

  private boolean growing;

  AppendDispatcher(
      ReplicaConfig config,
      RaftCore core,
      AppendAccumulator accumulator,
      PendingAppends pending,
      Outbound outbound) {
    this.config = config;
    this.session = config.session();
    this.core = core;
    this.accumulator = accumulator;
    this.pending = pending;
    this.outbound = outbound;
  }

  /**
   * Sends what may be sent.
   *
   * @param admission where to if this replica leads, else null
   * @param diskBusy whether a write is under way: then a batch waits and grows
   */
  void dispatch(@Nullable Admission admission, boolean diskBusy, long nowNanos) {
    NodeId leader = core.role().leader();
    boolean isNewLeader = leader != null && (core.term() != sentTerm || !leader.equals(sentTo));
    if (isNewLeader) {
      sentTerm = core.term();
      sentTo = leader;
      restart();
      paused = false;
      refusals = 0;
      overdue = 0;
    }
    rewindIfOverdue(nowNanos);
    if (leader == null) {
      overdue = 0; // this node is cut off, or nobody leads: that is no slow link
    }
    if (paused && nowNanos - pausedUntilNanos >= 0) {
      paused = false;
    }
    boolean toOther = leader != null && admission == null;
    if (!mayGrow(toOther ? !unanswered.isEmpty() : diskBusy, nowNanos)) {
      List<AppendBatch> batches = pending.takeIn(nowNanos + config.appendTimeoutNanos());
      sendAsTheyAre(batches, admission, leader, nowNanos);
    }
    while (pending.hasUnsent() && maySend(admission, leader)) {
      List<PendingAppend> appends = pending.takeUnsent(refusals > 0 ? 1 : config.maxBatchBytes());
      if (!appends.isEmpty()) {
        EntryDraft draft = new EntryDraft(0);
        for (PendingAppend append : appends) {
          append.encodeInto(draft);
        }
        send(draft.finish(), appends, admission, leader, nowNanos);
      }
    }
  }

  /**
   * Whether what waits should wait on and become a larger batch: as long as the last one is under
   * way, but not for long, since a disk may hang, and whoever waits has a deadline.
   */
  private boolean mayGrow(boolean busy, long nowNanos) {
    long waiting = accumulator.waitingBytes();
    if (!busy || waiting == 0 || waiting >= config.maxBatchBytes()) {
      growing = false;
      return false;
    }
    if (!growing) {
      growing = true;
      growingSinceNanos = nowNanos;
    }
    return nowNanos - growingSinceNanos < core.config().heartbeatNanos();
  }

  private boolean maySend(@Nullable Admission admission, @Nullable NodeId leader) {
    if (paused || leader == null) {
      return false;
    }
    if (admission != null) {
      return core.hasCapacity();
    }
    boolean oneByOne = refusals > 0 || overdue > 0;
    boolean hasRoom =
        oneByOne ? unanswered.isEmpty() : unansweredBytes < core.config().maxInflightBytes();
    return core.role().kind() == Role.Kind.FOLLOWER && hasRoom;
  }

  /** A batch goes on as it is unless others must go before it, or some of it need not go. */
  private void sendAsTheyAre(
      List<AppendBatch> batches,
      @Nullable Admission admission,
      @Nullable NodeId leader,
      long nowNanos) {
    for (AppendBatch batch : batches) {
      if (refusals == 0 && maySend(admission, leader) && pending.sendAsTheyAre(batch.appends())) {
        send(batch.encoded(), batch.appends(), admission, leader, nowNanos);
      }
    }
  }

  private void send(
      ByteBuffer draft,
      List<PendingAppend> appends,
      @Nullable Admission admission,
      @Nullable NodeId leader,
      long nowNanos) {
    lastRequestId++;
    for (PendingAppend append : appends) {
      append.handedOn(lastRequestId);
    }
    if (admission != null) {
      Admission.Origin origin =
          new Admission.Origin(
              core.config().self(), session, lastRequestId, pending.appliedIndex());
      // The batch's bytes are needed once more if leadership is lost, and the entry is made of them
      // in place: only its header is written, which no append looks at.
      Admission.Answer answer = admission.admit(draft, origin);
      decide(answer.verdicts(), lastRequestId, nowNanos);
      if (answer.accepted()) {
        pending.answered(appends, lastRequestId);
      } else {
        pauseAndRestart(nowNanos);
      }
    } else if (leader != null) {
      unanswered.add(new Forward(lastRequestId, nowNanos, draft.remaining(), appends));
      unansweredBytes += draft.remaining();
      ForwardRequest request =
          new ForwardRequest(core.term(), session, lastRequestId, pending.appliedIndex());
      outbound.send(leader, request, List.of(draft));
    }
  }

  /** What the leader made of a request that this node had forwarded. */
  void onResponse(NodeId from, ForwardResponse response, long nowNanos) {
    if (response.term() != sentTerm || !from.equals(sentTo)) {
      return;
    }
    Forward forward = response.session() == session ? forward(response.forwardId()) : null;
    if (forward != null) {
      onAnswer(forward, response, nowNanos);
    } else if (response.status() == Status.SUPERSEDED && response.session() > session) {
      session = response.session() + 1;
      restart();
    } // else all of it is sent again
  }

  private void onAnswer(Forward forward, ForwardResponse response, long nowNanos) {
    if (response.status() == Status.ACCEPTED) {
      List<Verdict> verdicts = forward.answerWith(response);
      if (verdicts != null) {
        refusals = 0;
        noteAnswered(forward, nowNanos);
        decide(verdicts, forward.requestId, nowNanos);
        pending.answered(forward.appends, forward.requestId);
      }
      return;
    }
    pauseAndRestart(nowNanos);
    if (response.status() == Status.SEND_AGAIN) {
      pausedUntilNanos += retryNanos() * ((1L << refusals) - 1);
      refusals = Math.min(refusals + 1, MAX_DOUBLINGS);
    }
  }

  private void noteAnswered(Forward forward, long nowNanos) {
    if (nowNanos - forward.awaitedSinceNanos < core.config().electionTimeoutNanos() / 2) {
      overdue = Math.max(0, overdue - 1);
    }
    boolean wasOldest = forward == unanswered.peek();
    unanswered.remove(forward);
    unansweredBytes -= forward.bytes;
    Forward oldest = unanswered.peek();
    if (wasOldest && oldest != null) {
      oldest.awaitedSinceNanos = nowNanos; // until now it was waiting its turn
    }
  }

  /** This replica's own admission has looked again at what it had parked. */
  void onConfirmed(Admission.Confirmed confirmed, long nowNanos) {
    if (confirmed.answer().accepted()) {
      decide(confirmed.newVerdicts(), confirmed.origin().requestId(), nowNanos);
    } else {
      pauseAndRestart(nowNanos);
    }
  }

  /** Verdicts on appends of this node, from its own admission or from another leader's. */
  private void decide(List<Verdict> verdicts, long requestId, long nowNanos) {
    if (!pending.decide(verdicts, requestId)) {
      pauseAndRestart(nowNanos);
    }
  }

  private @Nullable Forward forward(long requestId) {
    for (Forward forward : unanswered) {
      if (forward.requestId == requestId) {
        return forward;
      }
    }
    return null;
  }

  private void rewindIfOverdue(long nowNanos) {
    Forward oldest = unanswered.peek();
    if (oldest != null && nowNanos - oldest.awaitedSinceNanos >= answerTimeoutNanos()) {
      overdue = Math.min(overdue + 1, MAX_DOUBLINGS);
      restart();
    }
  }

  private void pauseAndRestart(long nowNanos) {
    restart();
    paused = true;
    pausedUntilNanos = nowNanos + retryNanos();
  }

  private long retryNanos() {
    return core.config().heartbeatNanos() / 4;
  }

  private void restart() {
    unanswered.clear();
    unansweredBytes = 0;
    pending.rewind();
  }

  /** Never so long that a lost request would be known to be lost only when its time is over. */
  private long answerTimeoutNanos() {
    long once = core.config().electionTimeoutNanos();
    return Math.max(once, Math.min(once << overdue, config.appendTimeoutNanos() / 4));
  }

  /** When something is due although nothing happens; far away if nothing is. */
  long nextDeadlineNanos(long nowNanos) {
    long next = nowNanos + answerTimeoutNanos();
    Forward oldest = unanswered.peek();
    if (oldest != null) {
      next = earlier(next, oldest.awaitedSinceNanos + answerTimeoutNanos());
    }
    if (paused) {
      next = earlier(next, pausedUntilNanos);
    }
    if (growing) {
      next = earlier(next, growingSinceNanos + core.config().heartbeatNanos());
    }
    return pending.isEmpty() ? next : earlier(next, pending.firstDeadlineNanos());
  }

  private static long earlier(long left, long right) {
    return left - right < 0 ? left : right;
  }
}
