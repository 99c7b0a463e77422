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
  private record Seen(long session, long requestId) {}

  private final Outbound outbound;
  private final Map<NodeId, Seen> seen = new HashMap<>();

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
    Seen last = seen.get(from);
    boolean isNew =
        last == null
            || request.session() > last.session()
            || (request.session() == last.session() && request.forwardId() > last.requestId());
    if (isNew) {
      seen.put(from, new Seen(request.session(), request.forwardId()));
      respond(origin, admission.admit(draft, origin), term);
    }
  }

  void respond(Admission.Origin origin, Admission.Answer answer, long term) {
    Status status = answer.accepted() ? Status.ACCEPTED : Status.OVERLOADED;
    List<Verdict> verdicts = answer.verdicts();
    int from = 0;
    do {
      int to = Math.min(verdicts.size(), from + WireCodec.MAX_VERDICTS);
      respond(origin, term, status, verdicts.subList(from, to));
      from = to;
    } while (from < verdicts.size());
  }

  private void respond(Admission.Origin origin, long term, Status status, List<Verdict> verdicts) {
    outbound.send(
        origin.node(),
        new ForwardResponse(
            term, origin.session(), origin.requestId(), status, List.copyOf(verdicts)),
        List.of());
  }
}
