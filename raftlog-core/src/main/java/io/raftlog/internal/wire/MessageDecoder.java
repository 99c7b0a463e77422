package io.raftlog.internal.wire;

import com.google.protobuf.ByteString;
import io.raftlog.NodeId;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.ForwardRequest;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.ReadIndexRequest;
import io.raftlog.internal.message.ReadIndexResponse;
import io.raftlog.internal.message.TimeoutNow;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import io.raftlog.internal.wire.proto.Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Protobuf to message, one method a kind, checking everything: it came from outside. An absent
 * number is 0 in proto3, so 0 is what a missing number means.
 */
final class MessageDecoder {
  private final NodeIdCache nodeIds;

  MessageDecoder(NodeIdCache nodeIds) {
    this.nodeIds = nodeIds;
  }

  RaftMessage message(Header header) {
    return switch (header.getMessageCase()) {
      case PRE_VOTE_REQUEST -> preVoteRequest(header.getPreVoteRequest());
      case PRE_VOTE_RESPONSE -> preVoteResponse(header.getPreVoteResponse());
      case VOTE_REQUEST -> voteRequest(header.getVoteRequest());
      case VOTE_RESPONSE -> voteResponse(header.getVoteResponse());
      case APPEND_REQUEST -> appendRequest(header.getAppendRequest());
      case APPEND_RESPONSE -> appendResponse(header.getAppendResponse());
      case TIMEOUT_NOW -> new TimeoutNow(natural("term", header.getTimeoutNow().getTerm()));
      case FORWARD_REQUEST -> forwardRequest(header.getForwardRequest());
      case FORWARD_RESPONSE -> forwardResponse(header.getForwardResponse());
      case READ_INDEX_REQUEST -> readIndexRequest(header.getReadIndexRequest());
      case READ_INDEX_RESPONSE -> readIndexResponse(header.getReadIndexResponse());
      case MESSAGE_NOT_SET ->
          throw new MalformedFrameException("no message, or one of a kind unknown here");
    };
  }

  private PreVoteRequest preVoteRequest(Header.PreVoteRequest wire) {
    return new PreVoteRequest(
        natural("term", wire.getTerm()),
        natural("last_index", wire.getLastIndex()),
        natural("last_term", wire.getLastTerm()),
        members(wire.getMembersList()));
  }

  private static PreVoteResponse preVoteResponse(Header.PreVoteResponse wire) {
    return new PreVoteResponse(
        natural("term", wire.getTerm()),
        natural("request_term", wire.getRequestTerm()),
        wire.getGranted());
  }

  private VoteRequest voteRequest(Header.VoteRequest wire) {
    return new VoteRequest(
        natural("term", wire.getTerm()),
        natural("last_index", wire.getLastIndex()),
        natural("last_term", wire.getLastTerm()),
        wire.getTransfer(),
        members(wire.getMembersList()));
  }

  private List<NodeId> members(List<String> wire) {
    if (wire.size() > Membership.MAX_VOTERS) {
      throw new MalformedFrameException(
          "members has " + wire.size() + " node ids, limit " + Membership.MAX_VOTERS);
    }
    List<NodeId> members = new ArrayList<>(wire.size());
    for (String member : wire) {
      members.add(nodeIds.of("members", member));
    }
    return List.copyOf(members);
  }

  private static VoteResponse voteResponse(Header.VoteResponse wire) {
    return new VoteResponse(natural("term", wire.getTerm()), wire.getGranted());
  }

  private static AppendRequest appendRequest(Header.AppendRequest wire) {
    if ((wire.getPrevIndex() == 0) != (wire.getPrevTerm() == 0)) {
      throw new MalformedFrameException(
          "prev_index " + wire.getPrevIndex() + " with prev_term " + wire.getPrevTerm());
    }
    return new AppendRequest(
        natural("term", wire.getTerm()),
        natural("request_id", wire.getRequestId()),
        natural("prev_index", wire.getPrevIndex()),
        natural("prev_term", wire.getPrevTerm()),
        natural("commit_index", wire.getCommitIndex()),
        List.of());
  }

  private static AppendResponse appendResponse(Header.AppendResponse wire) {
    return new AppendResponse(
        natural("term", wire.getTerm()),
        natural("request_id", wire.getRequestId()),
        wire.getSuccess(),
        natural("match_index", wire.getMatchIndex()),
        natural("rejected_index", wire.getRejectedIndex()),
        natural("conflict_index", wire.getConflictIndex()),
        natural("conflict_term", wire.getConflictTerm()),
        natural("conflict_first_index", wire.getConflictFirstIndex()),
        wire.getWantsCommit());
  }

  private static ForwardRequest forwardRequest(Header.ForwardRequest wire) {
    return new ForwardRequest(
        natural("term", wire.getTerm()),
        natural("session", wire.getSession()),
        natural("forward_id", wire.getForwardId()),
        natural("applied_index", wire.getAppliedIndex()));
  }

  private static ForwardResponse forwardResponse(Header.ForwardResponse wire) {
    List<Verdict> verdicts = new ArrayList<>(wire.getVerdictsCount());
    for (Header.Verdict verdict : wire.getVerdictsList()) {
      verdicts.add(verdict(verdict));
    }
    return new ForwardResponse(
        natural("term", wire.getTerm()),
        natural("session", wire.getSession()),
        natural("forward_id", wire.getForwardId()),
        switch (wire.getStatus()) {
          case ACCEPTED -> ForwardResponse.Status.ACCEPTED;
          case NOT_LEADER -> ForwardResponse.Status.NOT_LEADER;
          case SEND_AGAIN -> ForwardResponse.Status.SEND_AGAIN;
          case SUPERSEDED -> ForwardResponse.Status.SUPERSEDED;
          case STATUS_UNSPECIFIED, UNRECOGNIZED ->
              throw new MalformedFrameException("unknown status " + wire.getStatusValue());
        },
        List.copyOf(verdicts),
        (int) natural("first_verdict", wire.getFirstVerdict()),
        (int) natural("total_verdicts", wire.getTotalVerdicts()));
  }

  private static Verdict verdict(Header.Verdict wire) {
    Verdict.Kind kind =
        switch (wire.getKind()) {
          case DUPLICATE -> Verdict.Kind.DUPLICATE;
          case GAP -> Verdict.Kind.GAP;
          case UNKNOWN_PRODUCER -> Verdict.Kind.UNKNOWN_PRODUCER;
          case KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new MalformedFrameException("unknown verdict kind " + wire.getKindValue());
        };
    if (wire.getCount() < 1) {
      throw new MalformedFrameException("verdict on " + wire.getCount() + " sequences");
    }
    return new Verdict(
        producer(wire.getProducer()),
        natural("first_sequence", wire.getFirstSequence()),
        wire.getCount(),
        kind,
        natural("expected_sequence", wire.getExpectedSequence()),
        natural("committed_index", wire.getCommittedIndex()));
  }

  private static ProducerId producer(ByteString utf8) {
    int length = utf8.size();
    if (length == 0 || length > EntryLayout.MAX_PRODUCER_ID_BYTES || !utf8.isValidUtf8()) {
      throw new MalformedFrameException("producer with " + length + " bytes is not a producer id");
    }
    ByteBuffer buffer = utf8.asReadOnlyByteBuffer();
    return ProducerId.copyOf(buffer, buffer.position(), length);
  }

  private static ReadIndexRequest readIndexRequest(Header.ReadIndexRequest wire) {
    return new ReadIndexRequest(
        natural("term", wire.getTerm()),
        natural("session", wire.getSession()),
        natural("read_id", wire.getReadId()));
  }

  private static ReadIndexResponse readIndexResponse(Header.ReadIndexResponse wire) {
    return new ReadIndexResponse(
        natural("term", wire.getTerm()),
        natural("session", wire.getSession()),
        natural("read_id", wire.getReadId()),
        natural("read_index", wire.getReadIndex()));
  }

  /** Terms, indexes and ids count from 0; the wire's unsigned 64 bits can say more than a long. */
  private static long natural(String field, long value) {
    if (value < 0) {
      throw new MalformedFrameException(field + " is over 2^63-1: " + Long.toUnsignedString(value));
    }
    return value;
  }
}
