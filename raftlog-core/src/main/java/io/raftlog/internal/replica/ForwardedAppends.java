package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.message.ForwardRequest;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.ForwardResponse.Status;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.wire.WireCodec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  /** The newest request of a node that was acted on. Of its sessions, the higher is the later. */
  private record Seen(long session, long requestId) {
    static final Seen NOTHING = new Seen(-1, 0);

    boolean isBefore(ForwardRequest request) {
      return request.session() > session
          || (request.session() == session && request.forwardId() > requestId);
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
    Admission.Origin origin =
        new Admission.Origin(from, request.session(), request.forwardId(), request.appliedIndex());
    if (admission == null || request.term() != term) {
      respond(origin, request.term(), Status.NOT_LEADER, List.of());
      return;
    }
    if (seenTerm != term) {
      seen.clear();
      seenTerm = term;
    }
    Seen newest = seen.getOrDefault(from, Seen.NOTHING);
    if (request.session() < newest.session()) {
      // Delayed; or the node's clock was put back, and then it needs a higher one.
      Admission.Origin superseded =
          new Admission.Origin(from, newest.session(), request.forwardId(), request.appliedIndex());
      respond(superseded, term, Status.SUPERSEDED, List.of());
    } else if (newest.isBefore(request)) {
      seen.put(from, new Seen(request.session(), request.forwardId()));
      Admission.Answer answer = admission.admit(draft, origin);
      // An incomplete answer is not given: were it the only one that arrives, the origin would wait
      // for the rest until its callers' deadlines. Without any answer it asks again.
      if (answer.complete()) {
        respond(origin, answer, term);
      }
    }
  }

  /** Gives a whole answer, in parts if it has more verdicts than fit into one message. */
  void respond(Admission.Origin origin, Admission.Answer answer, long term) {
    respond(
        origin, term, answer.accepted() ? Status.ACCEPTED : Status.SEND_AGAIN, answer.verdicts());
  }

  private void respond(Admission.Origin origin, long term, Status status, List<Verdict> verdicts) {
    int from = 0;
    do {
      int to = Math.min(verdicts.size(), from + WireCodec.MAX_VERDICTS);
      ForwardResponse part =
          new ForwardResponse(
              term,
              origin.session(),
              origin.requestId(),
              status,
              List.copyOf(verdicts.subList(from, to)),
              from,
              verdicts.size());
      outbound.send(origin.node(), part, List.of());
      from = to;
    } while (from < verdicts.size());
  }
}
