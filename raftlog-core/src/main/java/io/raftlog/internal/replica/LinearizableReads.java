package io.raftlog.internal.replica;

import io.raftlog.BackpressureException;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeId;
import io.raftlog.RaftLogException;
import io.raftlog.internal.core.Effects.ReadGrant;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.message.ReadIndexRequest;
import io.raftlog.internal.message.ReadIndexResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds for each linearizable read from where on a local read will do (thesis §6.4): asks this
 * replica's core if it leads, else the leader, again and again until the deadline. Owned by the
 * loop thread.
 */
final class LinearizableReads {
  private static final class Waiting {
    final CompletableFuture<ReadView> future;
    final long deadlineNanos;

    /** 0 until it is known what has to be applied. */
    long readIndex;

    long askedNanos;
    boolean asked;

    Waiting(CompletableFuture<ReadView> future, long deadlineNanos) {
      this.future = future;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private record Remote(NodeId from, long session, long readId) {}

  private final ReplicaConfig config;
  private final RaftCore core;
  private final ReadIds readIds;
  private final Completions completions;
  private final Outbound outbound;
  private final Map<Long, Waiting> waiting = new TreeMap<>();

  /** Reads of other nodes, which asked this leader. */
  private final Map<Long, Remote> remote = new TreeMap<>();

  LinearizableReads(
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

  void add(Inbox.ReadAsked asked, long nowNanos) {
    if (waiting.size() >= config.maxInFlightAppends()) {
      completions.fail(
          asked.future(),
          new BackpressureException(
              "log "
                  + config.logId()
                  + ": "
                  + waiting.size()
                  + " linearizable reads wait already; read again when some are done"));
      return;
    }
    Waiting read = new Waiting(asked.future(), nowNanos + asked.timeoutNanos());
    long id = readIds.next();
    waiting.put(id, read);
    ask(id, read, nowNanos);
  }

  private void ask(long id, Waiting read, long nowNanos) {
    NodeId leader = core.role().leader();
    read.askedNanos = nowNanos;
    read.asked = leader != null;
    if (core.role().kind() == Role.Kind.LEADER) {
      core.requestRead(id);
    } else if (leader != null) {
      outbound.send(leader, new ReadIndexRequest(core.term(), config.session(), id), List.of());
    }
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
    Waiting read = response.session() == config.session() ? waiting.get(response.readId()) : null;
    if (read == null || read.readIndex > 0) {
      return;
    }
    if (response.readIndex() > 0) {
      read.readIndex = response.readIndex();
    } else {
      read.asked = false;
    }
  }

  /** The core has confirmed a read or given it up. */
  void onGrant(ReadGrant grant) {
    Remote asker = remote.remove(grant.readId());
    if (asker != null) {
      respond(asker, Math.max(0, grant.readIndex()));
      return;
    }
    Waiting read = waiting.get(grant.readId());
    if (read != null && grant.readIndex() >= 0) {
      read.readIndex = grant.readIndex();
    } else if (read != null) {
      read.asked = false;
    }
  }

  private void respond(Remote asker, long readIndex) {
    outbound.send(
        asker.from(),
        new ReadIndexResponse(core.term(), asker.session(), asker.readId(), readIndex),
        List.of());
  }

  /** Completes what may be read now, asks again where no answer came, fails what is overdue. */
  void progress(long appliedIndex, ReadView view, long nowNanos) {
    List<Long> toAsk = new ArrayList<>();
    for (Iterator<Map.Entry<Long, Waiting>> i = waiting.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Long, Waiting> next = i.next();
      Waiting read = next.getValue();
      if (read.readIndex > 0 && read.readIndex <= appliedIndex) {
        completions.complete(read.future, view);
        i.remove();
      } else if (nowNanos - read.deadlineNanos >= 0) {
        completions.fail(
            read.future,
            new NoLeaderException(
                "log "
                    + config.logId()
                    + ": no leader confirmed the read until its deadline; read again"));
        i.remove();
      } else if (read.readIndex == 0 && mustAsk(read, nowNanos)) {
        toAsk.add(next.getKey());
      }
    }
    for (long id : toAsk) {
      Waiting read = waiting.get(id);
      if (read != null) {
        ask(id, read, nowNanos);
      }
    }
  }

  private boolean mustAsk(Waiting read, long nowNanos) {
    long patience = read.asked ? retryNanos() : config.core().heartbeatNanos() / 4;
    return nowNanos - read.askedNanos >= patience;
  }

  private long retryNanos() {
    return config.core().electionTimeoutNanos();
  }

  /** When something is due, or null if nothing is. */
  @Nullable Long nextDeadlineNanos() {
    Long next = null;
    for (Waiting read : waiting.values()) {
      long due = read.deadlineNanos;
      if (read.readIndex == 0) {
        long again =
            read.askedNanos + (read.asked ? retryNanos() : config.core().heartbeatNanos() / 4);
        due = again - due < 0 ? again : due;
      }
      next = next == null || due - next < 0 ? due : next;
    }
    return next;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void failAll(RaftLogException cause) {
    waiting.values().forEach(read -> completions.fail(read.future, cause));
    waiting.clear();
    remote.clear();
  }
}
