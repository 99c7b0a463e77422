package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.RaftLogException;
import io.raftlog.internal.core.Effects.ReadGrant;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.message.ReadIndexRequest;
import io.raftlog.internal.message.ReadIndexResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds for linearizable reads from where on a local read will do (thesis §6.4): asks this
 * replica's core if it leads, else the leader, again and again until nobody waits any longer. Owned
 * by the loop thread, but for {@link #isFresh}.
 *
 * <p>One round is under way at a time. Reads that come meanwhile share the next one: an answer
 * counts only for those that were there when it was asked for.
 */
final class ReadRounds {
  /** A question to a leader, on behalf of all reads of its group. */
  private static final class Round {
    final long id;
    final ReadGroup group;
    final long askedNanos;
    final @Nullable NodeId leader;
    final long term;

    /** The leader said that it is none. */
    boolean refused;

    Round(long id, ReadGroup group, long askedNanos, @Nullable NodeId leader, long term) {
      this.id = id;
      this.group = group;
      this.askedNanos = askedNanos;
      this.leader = leader;
      this.term = term;
    }
  }

  private record Confirmed(ReadGroup group, long askedNanos, long readIndex) {}

  private record Remote(NodeId from, long session, long readId) {}

  private final ReplicaConfig config;
  private final RaftCore core;
  private final ReadIds readIds;
  private final Completions completions;
  private final Outbound outbound;

  private ReadGroup next = new ReadGroup();
  private @Nullable Round asked;

  /** Answered, and waiting to be applied; read indexes never decrease from round to round. */
  private final ArrayDeque<Confirmed> confirmed = new ArrayDeque<>();

  /** Reads of other nodes, which asked this leader. */
  private final Map<Long, Remote> remote = new TreeMap<>();

  /** All that was committed anywhere at this time of the own clock is applied here. */
  private volatile @Nullable Long freshAsOfNanos;

  ReadRounds(
      ReplicaConfig config,
      RaftCore core,
      ReadIds readIds,
      Completions completions,
      Outbound outbound) {
    this.config = config;
    this.core = core;
    this.readIds = readIds;
    this.completions = completions;
    this.outbound = outbound;
  }

  void add(WaitingRead read) {
    next.add(read);
  }

  /** Whether a round may be started at once. */
  boolean mayAsk() {
    return asked == null && !next.isEmpty();
  }

  /** Starts a round if there is none, or once more if its answer will not come. */
  void ask(long nowNanos) {
    Round round = asked;
    if (round != null && round.group.isEmpty()) {
      asked = null;
    } else if (round != null && mustAskAgain(round, nowNanos)) {
      round.group.addAll(next);
      start(round.group, nowNanos);
    }
    if (mayAsk()) {
      ReadGroup group = next;
      next = new ReadGroup();
      start(group, nowNanos);
    }
  }

  private void start(ReadGroup group, long nowNanos) {
    NodeId leader = core.role().leader();
    Round round = new Round(readIds.next(), group, nowNanos, leader, core.term());
    asked = round;
    if (core.role().kind() == Role.Kind.LEADER) {
      core.requestRead(round.id);
    } else if (leader != null) {
      outbound.send(
          leader, new ReadIndexRequest(core.term(), config.session(), round.id), List.of());
    }
  }

  private boolean mustAskAgain(Round round, long nowNanos) {
    NodeId leader = core.role().leader();
    boolean other = core.term() != round.term || !Objects.equals(leader, round.leader);
    return leader != null && (other || nowNanos - askAgainNanos(round) >= 0);
  }

  private long askAgainNanos(Round round) {
    long patience =
        round.refused ? config.core().heartbeatNanos() / 4 : config.core().electionTimeoutNanos();
    return round.askedNanos + patience;
  }

  /** Another node asks. */
  void onRequest(NodeId from, ReadIndexRequest request) {
    if (core.role().kind() != Role.Kind.LEADER) {
      respond(new Remote(from, request.session(), request.readId()), 0);
      return;
    }
    long id = readIds.next();
    remote.put(id, new Remote(from, request.session(), request.readId()));
    core.requestRead(id);
  }

  void onResponse(ReadIndexResponse response) {
    if (response.session() == config.session()) {
      answered(response.readId(), response.readIndex());
    }
  }

  /** The core has confirmed a read or given it up. */
  void onGrant(ReadGrant grant) {
    Remote asker = remote.remove(grant.readId());
    if (asker != null) {
      respond(asker, Math.max(0, grant.readIndex()));
    } else {
      answered(grant.readId(), grant.readIndex());
    }
  }

  private void respond(Remote asker, long readIndex) {
    outbound.send(
        asker.from(),
        new ReadIndexResponse(core.term(), asker.session(), asker.readId(), readIndex),
        List.of());
  }

  private void answered(long id, long readIndex) {
    Round round = asked;
    if (round == null || round.id != id) {
      return;
    }
    if (readIndex > 0) {
      confirmed.add(new Confirmed(round.group, round.askedNanos, readIndex));
      asked = null;
    } else {
      round.refused = true;
    }
  }

  /** Tells the reads whose index is applied; returns how many they are. */
  int settle(long appliedIndex, ReadView view) {
    int told = 0;
    for (Confirmed first = confirmed.peek(); first != null; first = confirmed.peek()) {
      if (first.readIndex() > appliedIndex) {
        break;
      }
      confirmed.remove();
      freshAsOfNanos = first.askedNanos();
      told += first.group().size();
      first.group().tell(view, completions);
    }
    return told;
  }

  /**
   * Whether a view that is taken after this call lacks nothing that was committed longer ago. Any
   * thread.
   */
  boolean isFresh(long nowNanos, long maxStalenessNanos) {
    Long asOf = freshAsOfNanos;
    return asOf != null && nowNanos - asOf <= maxStalenessNanos;
  }

  boolean isEmpty() {
    return asked == null && next.isEmpty() && confirmed.isEmpty();
  }

  /** When to ask again, but no later than what is due elsewhere. */
  long nextDeadlineNanos(long otherwiseNanos) {
    Round round = asked;
    if (round == null || core.role().leader() == null) {
      return otherwiseNanos; // there is nobody to ask; a leader that appears turns the loop
    }
    long again = askAgainNanos(round);
    return again - otherwiseNanos < 0 ? again : otherwiseNanos;
  }

  void failAll(RaftLogException cause) {
    Round round = asked;
    if (round != null) {
      round.group.fail(cause, completions);
    }
    next.fail(cause, completions);
    confirmed.forEach(waiting -> waiting.group().fail(cause, completions));
    asked = null;
    next = new ReadGroup();
    confirmed.clear();
    remote.clear();
  }
}
