package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.Member;
import java.util.ArrayDeque;
import java.util.UUID;

/**
 * What the leader knows of one follower (§5.3, figure 2). Owned by the loop thread.
 *
 * <p>A follower is probed until the place is found from where on the logs differ: one request at a
 * time. Then requests are pipelined, up to a bound, with nextIndex running ahead of what was
 * acknowledged.
 */
final class FollowerProgress {
  /** How requests are sent. */
  enum Mode {
    /** One at a time: where the logs meet is not known, or the entries are no more in memory. */
    PROBE,
    /** Pipelined. */
    REPLICATE
  }

  /** To eight election timeouts. */
  private static final int MAX_DOUBLINGS = 3;

  private record InFlight(long lastIndex, int bytes) {}

  private Member member;
  private Mode mode = Mode.PROBE;
  private long nextIndex;
  private long matchIndex;
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private long inFlightBytes;
  private long catchUpTarget = Long.MAX_VALUE;
  private boolean caughtUp;

  private boolean probeOutstanding;
  private long probeSentNanos;
  private long probedIndex;

  /** Whether the outstanding probe was sent more than once. */
  private boolean probedAgain;

  /** How often the patience with probes was doubled: the link is slow. */
  private int probeDoublings;

  /** The last entry of the outstanding probe, 0 if the shell chose how many it carries. */
  private long probeLastIndex;

  private int probeBytes;

  /** When the follower last answered in this term; it begins with the leader's election. */
  long lastContactNanos;

  /** When something was last sent to it. */
  long lastSentNanos;

  /** When something was last sent to it that no entries before it keep waiting. */
  long lastUnqueuedNanos;

  /** The highest request id that it has answered. */
  long ackedRequestId;

  /** Rejections of requests up to this one say nothing new. */
  long staleRequestId;

  /** Whether somebody there waits for entries to be committed. */
  boolean wantsCommit;

  /** The commit index that it was last told. */
  long sentCommitIndex;

  FollowerProgress(Member member, long nextIndex, long nowNanos, long neverNanos) {
    this.member = member;
    this.nextIndex = nextIndex;
    this.lastContactNanos = nowNanos;
    this.lastSentNanos = neverNanos;
    this.lastUnqueuedNanos = neverNanos;
  }

  NodeId node() {
    return member.node();
  }

  Member member() {
    return member;
  }

  long nextIndex() {
    return nextIndex;
  }

  long matchIndex() {
    return matchIndex;
  }

  Mode mode() {
    return mode;
  }

  /** The node has come back with an emptied storage: nothing is known of it any more. */
  void becomeIncarnation(UUID newIncarnation, long lastIndex) {
    member = new Member(member.node(), newIncarnation);
    matchIndex = 0;
    ackedRequestId = 0;
    sentCommitIndex = 0;
    caughtUp = false;
    catchUpTarget = Long.MAX_VALUE;
    probeFrom(lastIndex + 1);
  }

  void probeFrom(long index) {
    mode = Mode.PROBE;
    nextIndex = Math.max(index, matchIndex + 1);
    probeOutstanding = false;
    inFlight.clear();
    inFlightBytes = 0;
  }

  boolean hasWindow(CoreConfig config) {
    return inFlight.size() < config.maxInflightRequests()
        && inFlightBytes < config.maxInflightBytes();
  }

  void sent(long lastIndex, int bytes, long nowNanos) {
    noteUnqueued(nowNanos);
    onTheWay(lastIndex, bytes);
  }

  private void onTheWay(long lastIndex, int bytes) {
    inFlight.add(new InFlight(lastIndex, bytes));
    inFlightBytes += bytes;
    nextIndex = lastIndex + 1;
  }

  /** A probe has gone out from nextIndex, with entries to lastIndex, or 0 if that is not known. */
  void probed(long lastIndex, int bytes, long nowNanos) {
    noteUnqueued(nowNanos);
    probedAgain = probeOutstanding && probedIndex == nextIndex;
    if (probedAgain) {
      boolean isThere = lastContactNanos - probeSentNanos > 0;
      probeDoublings = isThere ? Math.min(probeDoublings + 1, MAX_DOUBLINGS) : 0;
    }
    probedIndex = nextIndex;
    probeOutstanding = true;
    probeSentNanos = nowNanos;
    probeLastIndex = lastIndex;
    probeBytes = bytes;
  }

  private void noteUnqueued(long nowNanos) {
    if (!hasEntriesInFlight()) {
      lastUnqueuedNanos = nowNanos;
    }
  }

  /**
   * Whether the next probe must wait. One whose entries were read from the storage may take long,
   * and an answer to a heartbeat does not tell whether it got lost: so it is waited for, but not
   * for ever. It is waited for twice as long each time that it was sent in vain to a follower that
   * answers heartbeats: on a slow link its copies would keep all others waiting.
   */
  boolean awaitsProbe(long nowNanos, long patienceNanos) {
    return probeOutstanding && nowNanos - probeSentNanos < patienceNanos << probeDoublings;
  }

  private void probeAnswered() {
    if (probeOutstanding && !probedAgain) {
      probeDoublings = Math.max(0, probeDoublings - 1);
    }
    probeOutstanding = false;
  }

  /** Whether entries are on their way, which a request that comes after them must not overtake. */
  boolean hasEntriesInFlight() {
    return probeOutstanding || !inFlight.isEmpty();
  }

  /** The follower has everything up to match, durably; pipelines when the rest is in memory. */
  void matched(long match, long tailFromIndex) {
    // That the logs agree up to where the probe begins does not tell whether it has arrived, and
    // that they agree up to a place before that tells nothing of where the probe begins.
    boolean isProbeAnswered = match >= nextIndex;
    boolean isPlaceFound = match >= nextIndex - 1;
    matchIndex = Math.max(matchIndex, match);
    if (mode == Mode.PROBE
        && isPlaceFound
        && Math.max(nextIndex, matchIndex + 1) >= tailFromIndex) {
      mode = Mode.REPLICATE;
      if (probeOutstanding && probeLastIndex >= nextIndex) {
        onTheWay(probeLastIndex, probeBytes);
      }
      probeAnswered();
    } else if (isProbeAnswered) {
      probeAnswered();
    }
    nextIndex = Math.max(nextIndex, matchIndex + 1);
    while (!inFlight.isEmpty() && inFlight.peek().lastIndex() <= matchIndex) {
      inFlightBytes -= inFlight.remove().bytes();
    }
  }

  /**
   * Called once per heartbeat: caught up means, within one heartbeat, what was committed before.
   */
  void measureCatchUp(long commitIndex) {
    caughtUp = matchIndex >= catchUpTarget;
    catchUpTarget = commitIndex;
  }

  boolean isCaughtUp() {
    return caughtUp;
  }
}
