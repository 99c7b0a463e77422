package io.raftlog.internal.replica;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.LogFailedException;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeClosedException;
import io.raftlog.NodeId;
import io.raftlog.ProducerFencedException;
import io.raftlog.RaftLogException;
import io.raftlog.SequenceGapException;
import io.raftlog.SequenceReusedException;
import io.raftlog.UnknownProducerException;
import io.raftlog.internal.entry.RunKind;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.producer.Check;
import java.util.List;

/** What the callers of one log are told when there is no result: whether it is in the log, why. */
final class LogFailures {
  private final String logId;
  private final List<NodeId> members;

  LogFailures(String logId, List<NodeId> members) {
    this.logId = logId;
    this.members = members;
  }

  /** The leader has refused it. */
  RaftLogException refused(PendingAppend append, Verdict verdict) {
    String producer = append.subject.toString();
    long sequence = append.span().firstSequence();
    return switch (verdict.kind()) {
      case GAP ->
          new SequenceGapException(
              producer, sequence, append.span().count(), verdict.expectedSequence());
      case UNKNOWN_PRODUCER ->
          // An earlier attempt may have got it into the log before the producer was evicted.
          append.attempts > 1 ? unknown(append) : new UnknownProducerException(producer, sequence);
      case DUPLICATE -> throw new IllegalArgumentException("a duplicate is no refusal");
    };
  }

  /** Something else is in the log under its sequence. */
  static RaftLogException reused(PendingAppend.Records append, Check found) {
    return new SequenceReusedException(
        append.subject.toString(), append.firstSequence, found.offset());
  }

  /** Another one has its producer's id now. */
  static RaftLogException fenced(PendingAppend.Records append) {
    return new ProducerFencedException(append.subject.toString(), append.firstSequence);
  }

  /** Its time is over; whether the log has been formed matters to who reads it. */
  RaftLogException expired(PendingAppend append, boolean formed) {
    if (append.attempts > 0) {
      return unknown(append);
    }
    String why =
        formed
            ? "no leader could be reached until the deadline"
            : "as far as this node knows this log has not been formed yet, which takes all of its"
                + " members "
                + members
                + ": see that each of them runs with this log and these members, and reaches the"
                + " others";
    return new NoLeaderException(
        "log " + logId + ": " + what(append) + why + "; definitely not appended, " + again(append));
  }

  /** A control run has its caller's words: it shows nothing of what it is made of. */
  private static String what(PendingAppend append) {
    if (append instanceof PendingAppend.Control control) {
      boolean ofProducer = control.run.kind() == RunKind.REGISTRATION;
      return (ofProducer ? "producer \"" : "subscription \"") + control.run.subject() + "\": ";
    }
    return "";
  }

  private static String again(PendingAppend append) {
    if (append instanceof PendingAppend.Control control) {
      return switch (control.run.kind()) {
        case REGISTRATION -> "ask for the producer again";
        case CLAIM -> "ask for the subscription again";
        case POSITION -> "commit again";
        case REMOVAL -> "remove it again";
        case RECORDS -> throw new IllegalArgumentException("records are no control run");
      };
    }
    return "retry the same sequence, on any node";
  }

  /** It may be in the log. */
  RaftLogException unknown(PendingAppend append) {
    return new AppendOutcomeUnknownException(
        "log "
            + logId
            + ": "
            + (append instanceof PendingAppend.Control ? what(append) + "it" : append)
            + " was handed to a leader "
            + append.attempts
            + " times and has no outcome; "
            + again(append));
  }

  /** The node is closed. */
  NodeClosedException closed() {
    return new NodeClosedException(
        "log " + logId + ": this node is closed; nothing was appended, use another node");
  }

  /** The replica has stopped for good. */
  LogFailedException failed(RaftLogException.Fate fate, Throwable cause) {
    return new LogFailedException(
        fate,
        "log "
            + logId
            + ": this node's replica has stopped, the other nodes go on, use one of them: "
            + reason(cause),
        cause);
  }

  /** What a failure says, or its class if it says nothing, or cannot. */
  static String reason(Throwable cause) {
    String message = null;
    try {
      message = cause.getMessage();
    } catch (Throwable e) {
      // Somebody else's exception; that this replica has stopped must be told all the same.
    }
    return message == null ? cause.getClass().getName() : message;
  }
}
