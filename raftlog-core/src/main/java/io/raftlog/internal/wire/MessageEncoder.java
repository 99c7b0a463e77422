package io.raftlog.internal.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.raftlog.NodeId;
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

/** Message to protobuf, one method a kind. Stateless. */
final class MessageEncoder {
  private MessageEncoder() {}

  static Header.Builder put(Header.Builder header, RaftMessage message) {
    return switch (message.kind()) {
      case PRE_VOTE_REQUEST -> header.setPreVoteRequest(preVoteRequest((PreVoteRequest) message));
      case PRE_VOTE_RESPONSE ->
          header.setPreVoteResponse(preVoteResponse((PreVoteResponse) message));
      case VOTE_REQUEST -> header.setVoteRequest(voteRequest((VoteRequest) message));
      case VOTE_RESPONSE -> header.setVoteResponse(voteResponse((VoteResponse) message));
      case APPEND_REQUEST -> header.setAppendRequest(appendRequest((AppendRequest) message));
      case APPEND_RESPONSE -> header.setAppendResponse(appendResponse((AppendResponse) message));
      case TIMEOUT_NOW -> header.setTimeoutNow(timeoutNow((TimeoutNow) message));
      case FORWARD_REQUEST -> header.setForwardRequest(forwardRequest((ForwardRequest) message));
      case FORWARD_RESPONSE ->
          header.setForwardResponse(forwardResponse((ForwardResponse) message));
      case READ_INDEX_REQUEST ->
          header.setReadIndexRequest(readIndexRequest((ReadIndexRequest) message));
      case READ_INDEX_RESPONSE ->
          header.setReadIndexResponse(readIndexResponse((ReadIndexResponse) message));
    };
  }

  private static Header.PreVoteRequest preVoteRequest(PreVoteRequest message) {
    Header.PreVoteRequest.Builder wire =
        Header.PreVoteRequest.newBuilder()
            .setTerm(message.term())
            .setLastIndex(message.lastIndex())
            .setLastTerm(message.lastTerm());
    for (NodeId member : message.members()) {
      wire.addMembers(member.value());
    }
    return wire.build();
  }

  private static Header.PreVoteResponse preVoteResponse(PreVoteResponse message) {
    return Header.PreVoteResponse.newBuilder()
        .setTerm(message.term())
        .setRequestTerm(message.requestTerm())
        .setGranted(message.granted())
        .build();
  }

  private static Header.VoteRequest voteRequest(VoteRequest message) {
    Header.VoteRequest.Builder wire =
        Header.VoteRequest.newBuilder()
            .setTerm(message.term())
            .setLastIndex(message.lastIndex())
            .setLastTerm(message.lastTerm())
            .setTransfer(message.transfer());
    for (NodeId member : message.members()) {
      wire.addMembers(member.value());
    }
    return wire.build();
  }

  private static Header.VoteResponse voteResponse(VoteResponse message) {
    return Header.VoteResponse.newBuilder()
        .setTerm(message.term())
        .setGranted(message.granted())
        .build();
  }

  private static Header.AppendRequest appendRequest(AppendRequest message) {
    return Header.AppendRequest.newBuilder()
        .setTerm(message.term())
        .setRequestId(message.requestId())
        .setPrevIndex(message.prevIndex())
        .setPrevTerm(message.prevTerm())
        .setCommitIndex(message.commitIndex())
        .build();
  }

  private static Header.AppendResponse appendResponse(AppendResponse message) {
    return Header.AppendResponse.newBuilder()
        .setTerm(message.term())
        .setRequestId(message.requestId())
        .setSuccess(message.success())
        .setMatchIndex(message.matchIndex())
        .setRejectedIndex(message.rejectedIndex())
        .setConflictIndex(message.conflictIndex())
        .setConflictTerm(message.conflictTerm())
        .setConflictFirstIndex(message.conflictFirstIndex())
        .setWantsCommit(message.wantsCommit())
        .build();
  }

  private static Header.TimeoutNow timeoutNow(TimeoutNow message) {
    return Header.TimeoutNow.newBuilder().setTerm(message.term()).build();
  }

  private static Header.ForwardRequest forwardRequest(ForwardRequest message) {
    return Header.ForwardRequest.newBuilder()
        .setTerm(message.term())
        .setSession(message.session())
        .setForwardId(message.forwardId())
        .setAppliedIndex(message.appliedIndex())
        .build();
  }

  private static Header.ForwardResponse forwardResponse(ForwardResponse message) {
    Header.ForwardResponse.Builder wire =
        Header.ForwardResponse.newBuilder()
            .setTerm(message.term())
            .setSession(message.session())
            .setForwardId(message.forwardId())
            .setStatus(
                switch (message.status()) {
                  case ACCEPTED -> Header.ForwardResponse.Status.ACCEPTED;
                  case NOT_LEADER -> Header.ForwardResponse.Status.NOT_LEADER;
                  case SEND_AGAIN -> Header.ForwardResponse.Status.SEND_AGAIN;
                  case SUPERSEDED -> Header.ForwardResponse.Status.SUPERSEDED;
                })
            .setFirstVerdict(message.firstVerdict())
            .setTotalVerdicts(message.totalVerdicts());
    for (Verdict verdict : message.verdicts()) {
      wire.addVerdicts(verdict(verdict));
    }
    return wire.build();
  }

  private static Header.Verdict verdict(Verdict verdict) {
    return Header.Verdict.newBuilder()
        .setProducer(bytes(verdict.producer()))
        .setFirstSequence(verdict.firstSequence())
        .setCount(verdict.count())
        .setKind(
            switch (verdict.kind()) {
              case DUPLICATE -> Header.Verdict.Kind.DUPLICATE;
              case GAP -> Header.Verdict.Kind.GAP;
              case UNKNOWN_PRODUCER -> Header.Verdict.Kind.UNKNOWN_PRODUCER;
            })
        .setExpectedSequence(verdict.expectedSequence())
        .setCommittedIndex(verdict.committedIndex())
        .build();
  }

  private static ByteString bytes(ProducerId producer) {
    ByteBuffer utf8 = ByteBuffer.allocate(producer.length());
    producer.put(utf8);
    return UnsafeByteOperations.unsafeWrap(utf8.flip());
  }

  private static Header.ReadIndexRequest readIndexRequest(ReadIndexRequest message) {
    return Header.ReadIndexRequest.newBuilder()
        .setTerm(message.term())
        .setSession(message.session())
        .setReadId(message.readId())
        .build();
  }

  private static Header.ReadIndexResponse readIndexResponse(ReadIndexResponse message) {
    return Header.ReadIndexResponse.newBuilder()
        .setTerm(message.term())
        .setSession(message.session())
        .setReadId(message.readId())
        .setReadIndex(message.readIndex())
        .build();
  }
}
