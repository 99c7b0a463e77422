package io.raftlog.internal.replica;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.AppendResult;
import io.raftlog.NoLeaderException;
import io.raftlog.RaftLogException;
import io.raftlog.SequenceGapException;
import io.raftlog.SequenceReusedException;
import io.raftlog.UnknownProducerException;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.producer.Check;
import io.raftlog.internal.producer.ProducerTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every append that was called on this node and has no outcome yet, in the order of the calls.
 * Owned by the loop thread; bounded by the accumulator.
 *
 * <p>The outcome of an append that is in the log is found here and not told by the leader: this
 * node is a replica, so it sees the committed entry itself. Therefore nobody is told of a record
 * that a read on this node would not find. Only refusals come from the leader, as verdicts.
 */
final class PendingAppends {
  private final String logId;
  private final ProducerTable committed;
  private final AppendAccumulator accumulator;
  private final Completions completions;
  private final Map<ProducerId, ArrayDeque<PendingAppend>> byProducer = new HashMap<>();
  private @Nullable PendingAppend first;
  private @Nullable PendingAppend last;

  /** The first one that the present leader has not been sent; null when it has been sent all. */
  private @Nullable PendingAppend unsent;

  PendingAppends(
      String logId,
      ProducerTable committed,
      AppendAccumulator accumulator,
      Completions completions) {
    this.logId = logId;
    this.committed = committed;
    this.accumulator = accumulator;
    this.completions = completions;
  }

  void add(PendingAppend append) {
    append.previous = last;
    if (last == null) {
      first = append;
    } else {
      last.next = append;
    }
    last = append;
    if (unsent == null) {
      unsent = append;
    }
    ArrayDeque<PendingAppend> queue =
        byProducer.computeIfAbsent(append.producer, id -> new ArrayDeque<>());
    queue.add(append);
    if (queue.size() == 1 && committed.lastSequence(append.producer) >= append.lastSequence()) {
      append.duplicate = true;
      append.answered = true;
      settle(append.producer);
    }
  }

  /** When the oldest one fails for want of an outcome; only if there is one. */
  long firstDeadlineNanos() {
    return first == null ? Long.MAX_VALUE : first.deadlineNanos;
  }

  /** Everything has to be sent again, in order: to a new leader, or because something was lost. */
  void rewind() {
    unsent = first;
  }

  boolean hasUnsent() {
    return unsent != null;
  }

  /** The next ones to send, in order: as many as fit, one at least. They count as sent. */
  List<PendingAppend> takeUnsent(int maxBytes) {
    List<PendingAppend> taken = new ArrayList<>();
    long bytes = EntryLayout.HEADER_BYTES;
    while (unsent != null && (taken.isEmpty() || bytes + unsent.reservedBytes <= maxBytes)) {
      bytes += unsent.reservedBytes;
      taken.add(unsent);
      unsent = unsent.next;
    }
    return taken;
  }

  /** Those from here to the end count as sent. */
  void sentAll() {
    unsent = null;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Completes what is committed of a producer, in the order of its calls. */
  void settle(ProducerId producer) {
    ArrayDeque<PendingAppend> queue = byProducer.get(producer);
    if (queue == null) {
      return;
    }
    long lastCommitted = committed.lastSequence(producer);
    PendingAppend head = queue.peek();
    while (head != null && head.answered && head.lastSequence() <= lastCommitted) {
      complete(head, committed.check(producer, head.firstSequence, head.payloadCrcs));
      remove(head);
      head = queue.peek();
    }
  }

  private void complete(PendingAppend append, Check check) {
    if (check.kind() == Check.Kind.REUSED) {
      completions.fail(
          append.future,
          new SequenceReusedException(
              append.producer.toString(), append.firstSequence, check.offset()));
      return;
    }
    AppendResult.Outcome outcome =
        append.duplicate ? AppendResult.Outcome.DUPLICATE : AppendResult.Outcome.APPENDED;
    completions.complete(
        append.future, new AppendResult(check.offset(), check.timestamp(), outcome));
  }

  /** The leader has said what it did with the appends of a request that it sends no verdict for. */
  void answered(List<PendingAppend> appends, long requestId) {
    for (PendingAppend append : appends) {
      if (!append.removed && append.requestId == requestId) {
        append.answered = true;
        settle(append.producer);
      }
    }
  }

  /**
   * Takes a leader's verdict on some appends of a request.
   *
   * @return false when they must be sent again: an earlier append of the producer is still on its
   *     way
   */
  boolean decide(Verdict verdict, long requestId) {
    ArrayDeque<PendingAppend> queue = byProducer.get(verdict.producer());
    if (queue == null) {
      return true;
    }
    long end = verdict.firstSequence() + verdict.count();
    boolean refuses = verdict.kind() != Verdict.Kind.DUPLICATE;
    for (PendingAppend append : List.copyOf(queue)) {
      boolean concerned =
          append.requestId == requestId
              && append.firstSequence >= verdict.firstSequence()
              && append.firstSequence < end;
      if (!concerned) {
        continue;
      }
      if (!refuses) {
        append.duplicate |= append.attempts == 1;
      } else if (queue.peek() == append) {
        completions.fail(append.future, refusal(append, verdict));
        remove(append);
      } else {
        return false;
      }
    }
    return true;
  }

  private static RaftLogException refusal(PendingAppend append, Verdict verdict) {
    String producer = append.producer.toString();
    long sequence = append.firstSequence;
    return switch (verdict.kind()) {
      case GAP ->
          new SequenceGapException(
              producer, sequence, append.payloadCrcs.length, verdict.expectedSequence());
      case UNKNOWN_PRODUCER -> new UnknownProducerException(producer, sequence);
      case DUPLICATE -> throw new IllegalArgumentException("a duplicate is no refusal");
    };
  }

  /** Fails what has been without an outcome for too long. */
  void expire(long nowNanos) {
    while (first != null && nowNanos - first.deadlineNanos >= 0) {
      PendingAppend expired = first;
      completions.fail(expired.future, expired.attempts == 0 ? neverHanded() : unknown(expired));
      remove(expired);
      settle(expired.producer);
    }
  }

  private RaftLogException neverHanded() {
    return new NoLeaderException(
        "log "
            + logId
            + ": no leader could be reached until the deadline; definitely not appended, retry the"
            + " same sequence");
  }

  private RaftLogException unknown(PendingAppend append) {
    return new AppendOutcomeUnknownException(
        "log "
            + logId
            + ": producer \""
            + append.producer
            + "\" sequence "
            + append.firstSequence
            + " was handed to a leader "
            + append.attempts
            + " times and has no outcome; retry the same sequence, on any node");
  }

  /** Fails everything: the replica stops. */
  void failAll(Function<PendingAppend, RaftLogException> cause) {
    while (first != null) {
      PendingAppend append = first;
      completions.fail(append.future, cause.apply(append));
      remove(append);
    }
  }

  /** Fails everything since the node is closed; what was never handed on is not in the log. */
  void failClosed(RaftLogException neverHanded) {
    failAll(append -> append.attempts == 0 ? neverHanded : unknown(append));
  }

  private void remove(PendingAppend append) {
    if (append.previous == null) {
      first = append.next;
    } else {
      append.previous.next = append.next;
    }
    if (append.next == null) {
      last = append.previous;
    } else {
      append.next.previous = append.previous;
    }
    if (unsent == append) {
      unsent = append.next;
    }
    ArrayDeque<PendingAppend> queue = byProducer.get(append.producer);
    if (queue != null) {
      queue.remove(append);
      if (queue.isEmpty()) {
        byProducer.remove(append.producer);
      }
    }
    accumulator.release(append.reservedBytes);
    append.removed = true;
  }
}
