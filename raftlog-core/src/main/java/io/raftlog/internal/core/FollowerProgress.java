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

  /** To eight election timeouts, and to a 64th of the bytes. */
  private static final int MAX_SLOWNESS = 3;

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

  /** The request that the outstanding probe was sent with first. */
  private long probeRequestId;

  /** Whether the outstanding probe was sent more than once. */
  private boolean probedAgain;

  /** How slow the link is: how often patience with probes was doubled and their size quartered. */
  private int slowness;

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

  /**
   * A probe goes out from nextIndex. One that is sent again is smaller, or on a slow link its
   * copies would keep all others waiting.
   *
   * @return how many bytes of entries it may carry
   */
  int beginProbe(int maxBytes, long requestId, long nowNanos) {
    noteUnqueued(nowNanos);
    probedAgain = probeOutstanding;
    if (probedAgain) {
      boolean isThere = lastContactNanos - probeSentNanos > 0;
      slowness = isThere ? Math.min(slowness + 1, MAX_SLOWNESS) : 0;
    } else {
      probeRequestId = requestId;
    }
    probeOutstanding = true;
    probeSentNanos = nowNanos;
    probeLastIndex = 0;
    return Math.max(1, maxBytes >> (2 * slowness));
  }

  /** Which entries the probe carries, if the shell does not choose. */
  void probeCarries(long lastIndex, int bytes) {
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
   * answers heartbeats: that link is slow.
   */
  boolean awaitsProbe(long nowNanos, long patienceNanos) {
    return probeOutstanding && nowNanos - probeSentNanos < patienceNanos << slowness;
  }

  private void probeAnswered() {
    if (probeOutstanding && !probedAgain) {
      slowness = Math.max(0, slowness - 1);
    }
    probeOutstanding = false;
  }

  /** Whether entries are on their way, which a request that comes after them must not overtake. */
  boolean hasEntriesInFlight() {
    return probeOutstanding || !inFlight.isEmpty();
  }

  /**
   * A request is answered: the follower has everything up to match, durably. Pipelines when the
   * rest is in memory.
   */
  void matched(long match, long requestId, long tailFromIndex) {
    // That the logs agree up to where the probe begins does not tell whether it has arrived, and
    // that they agree up to a place before that tells nothing of where the probe begins. What was
    // pipelined before the probe may be answered after it was sent.
    boolean isProbeAnswered = match >= nextIndex && requestId >= probeRequestId;
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
