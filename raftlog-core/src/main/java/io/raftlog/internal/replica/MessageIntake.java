package io.raftlog.internal.replica;

import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.ForwardRequest;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.ReadIndexRequest;
import io.raftlog.internal.message.ReadIndexResponse;
import java.util.List;

/** Brings each received message to the room where it is dealt with. Owned by the loop thread. */
final class MessageIntake {
  private final RaftCore core;
  private final EntryTail tail;
  private final PendingAppends pending;
  private final Leadership leadership;
  private final ForwardedAppends forwarded;
  private final AppendDispatcher dispatcher;
  private final ReadRounds reads;

  MessageIntake(
      RaftCore core,
      EntryTail tail,
      PendingAppends pending,
      Leadership leadership,
      ForwardedAppends forwarded,
      AppendDispatcher dispatcher,
      ReadRounds reads) {
    this.core = core;
    this.tail = tail;
    this.pending = pending;
    this.leadership = leadership;
    this.forwarded = forwarded;
    this.dispatcher = dispatcher;
    this.reads = reads;
  }

  void receive(Inbox.Received received, long nowNanos) {
    Envelope envelope = received.envelope();
    switch (envelope.message().kind()) {
      case APPEND_REQUEST -> {
        core.receive(envelope, nowNanos);
        keep(((AppendRequest) envelope.message()).term(), received.entries());
      }
      case PRE_VOTE_REQUEST,
          PRE_VOTE_RESPONSE,
          VOTE_REQUEST,
          VOTE_RESPONSE,
          APPEND_RESPONSE,
          TIMEOUT_NOW ->
          core.receive(envelope, nowNanos);
      case FORWARD_REQUEST, FORWARD_RESPONSE, READ_INDEX_REQUEST, READ_INDEX_RESPONSE -> {
        if (core.accepts(envelope)) {
          receiveOwn(received, nowNanos);
        }
      }
    }
  }

  /** A message that the shell deals with itself. */
  private void receiveOwn(Inbox.Received received, long nowNanos) {
    Envelope envelope = received.envelope();
    if (envelope.message() instanceof ForwardRequest request) {
      forwarded.onRequest(
          envelope.from(), request, received.body(), core.term(), leadership.refresh(pending));
    } else if (envelope.message() instanceof ForwardResponse response) {
      dispatcher.onResponse(envelope.from(), response, nowNanos);
    } else if (envelope.message() instanceof ReadIndexRequest request) {
      reads.onRequest(envelope.from(), request);
    } else if (envelope.message() instanceof ReadIndexResponse response) {
      reads.onResponse(response);
    }
  }

  /** Keeps the received entries that the core has taken into its log. */
  private void keep(long leaderTerm, List<LogEntry> entries) {
    if (core.term() != leaderTerm) {
      return;
    }
    for (LogEntry entry : entries) {
      if (core.termAt(entry.index()) != entry.term()) {
        return;
      }
      LogEntry known = tail.get(entry.index());
      boolean isNew =
          entry.index() > tail.cache().toIndex() || (known != null && known.term() != entry.term());
      if (isNew) {
        tail.append(entry);
      }
    }
  }
}
