package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.message.ForwardRequest;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.ForwardResponse.Status;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.wire.WireCodec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends that other nodes forward to this one as the leader. Owned by the loop thread.
 *
 * <p>Each request is acted on at most once, and none after a later one. Otherwise this could
 * happen: (1) a request with sequence 6 is delayed in the network; (2) its origin sends it again,
 * and is refused, since 5 is missing; (3) the caller is told that 6 is definitely not in the log,
 * and sends 5 and another 6; (4) 5 arrives, and then the delayed request: the first 6 would be
 * appended.
 */
final class ForwardedAppends {
  /** How many earlier sessions of a node are known to be over, within one term. */
  private static final int MAX_ENDED_SESSIONS = 64;

  private static final class Seen {
    private final Set<Long> endedSessions = new LinkedHashSet<>();
    private long session;
    private long requestId;

    Seen(long session) {
      this.session = session;
    }

    /** Whether a request is newer than all that were acted on. */
    boolean isNew(ForwardRequest request) {
      if (request.session() != session) {
        if (endedSessions.contains(request.session())) {
          return false;
        }
        endedSessions.add(session);
        if (endedSessions.size() > MAX_ENDED_SESSIONS) {
          endedSessions.remove(endedSessions.iterator().next());
        }
        session = request.session();
        requestId = 0;
      }
      if (request.forwardId() <= requestId) {
        return false;
      }
      requestId = request.forwardId();
      return true;
    }
  }

  private final Outbound outbound;

  /** Of the present term alone: requests of other terms are not acted on at all. */
  private final Map<NodeId, Seen> seen = new HashMap<>();

  private long seenTerm;

  ForwardedAppends(Outbound outbound) {
    this.outbound = outbound;
  }

  void onRequest(
      NodeId from,
      ForwardRequest request,
      ByteBuffer draft,
      long term,
      @Nullable Admission admission) {
    Admission.Origin origin = new Admission.Origin(from, request.session(), request.forwardId());
    if (admission == null || request.term() != term) {
      respond(origin, request.term(), Status.NOT_LEADER, List.of());
      return;
    }
    if (seenTerm != term) {
      seen.clear();
      seenTerm = term;
    }
    if (seen.computeIfAbsent(from, id -> new Seen(request.session())).isNew(request)) {
      Admission.Answer answer = admission.admit(draft, origin);
      // An incomplete answer is not given: were it the only one that arrives, the origin would wait
      // for the rest until its callers' deadlines. Without any answer it asks again.
      if (answer.complete()) {
        respond(origin, answer, term);
      }
    }
  }

  /** Gives a whole answer, in parts: all but the last have as many verdicts as fit. */
  void respond(Admission.Origin origin, Admission.Answer answer, long term) {
    Status status = answer.accepted() ? Status.ACCEPTED : Status.OVERLOADED;
    List<Verdict> verdicts = answer.verdicts();
    int from = 0;
    boolean isLast;
    do {
      int to = Math.min(verdicts.size(), from + WireCodec.MAX_VERDICTS);
      isLast = to - from < WireCodec.MAX_VERDICTS;
      respond(origin, term, status, verdicts.subList(from, to));
      from = to;
    } while (!isLast);
  }

  /** Whether nothing more will come for that request. */
  static boolean isLastPart(ForwardResponse response) {
    return response.verdicts().size() < WireCodec.MAX_VERDICTS;
  }

  private void respond(Admission.Origin origin, long term, Status status, List<Verdict> verdicts) {
    outbound.send(
        origin.node(),
        new ForwardResponse(
            term, origin.session(), origin.requestId(), status, List.copyOf(verdicts)),
        List.of());
  }
}
