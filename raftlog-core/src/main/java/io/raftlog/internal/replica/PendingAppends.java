package io.raftlog.internal.replica;

import io.raftlog.AppendResult;
import io.raftlog.RaftLogException;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.Subject;
import io.raftlog.internal.entry.SubscriptionId;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.producer.Check;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
  private final LogFailures failures;
  private final Tables committed;
  private final AppendAccumulator accumulator;
  private final Completions completions;
  private final CallOrder order = new CallOrder();

  /** What is being taken in; some of it may stay here if there is no memory. */
  private final ArrayDeque<AppendBatch> arriving = new ArrayDeque<>();

  private final Map<Subject, SubjectCalls> bySubject = new HashMap<>();

  /** Those whose first pending call was refused, and cannot be told so yet. */
  private final Set<Subject> refused = new LinkedHashSet<>();

  private long appliedIndex;

  /** Whether there is no room for another durable subscription, as far as was applied here. */
  private boolean isFull;

  PendingAppends(
      LogFailures failures,
      Tables committed,
      AppendAccumulator accumulator,
      Completions completions) {
    this.failures = failures;
    this.committed = committed;
    this.accumulator = accumulator;
    this.completions = completions;
  }

  void add(PendingAppend append) {
    order.add(append);
    SubjectCalls calls =
        bySubject.computeIfAbsent(append.subject, id -> new SubjectCalls(id, committed));
    boolean first = calls.isEmpty();
    calls.add(append);
    if (first) {
      calls.find();
    }
    if (append.found) {
      append.duplicate = true;
      append.answered = true;
      settle(append.subject);
    }
  }

  /**
   * Takes what callers have appended since.
   *
   * @param deadlineNanos until when it must have an outcome
   * @return what was taken
   */
  List<AppendBatch> takeIn(long deadlineNanos) {
    accumulator.takeInto(arriving);
    List<AppendBatch> taken = List.copyOf(arriving);
    for (AppendBatch batch : taken) {
      for (PendingAppend append : batch.appends()) {
        append.deadlineNanos = deadlineNanos;
        add(append);
      }
    }
    arriving.clear();
    return taken;
  }

  /** Up to where the log was looked at for the outcomes. */
  long appliedIndex() {
    return appliedIndex;
  }

  /** When the oldest one fails for want of an outcome; only if there is one. */
  long firstDeadlineNanos() {
    PendingAppend oldest = order.first();
    return oldest == null ? Long.MAX_VALUE : oldest.deadlineNanos;
  }

  /**
   * Everything has to be sent again, in order: to a new leader, or because something was lost. But
   * for what was found in the log: if its producer was evicted since, it would be appended again.
   */
  void rewind() {
    order.rewind();
    Set<Subject> found = new LinkedHashSet<>();
    for (PendingAppend append = order.first(); append != null; append = append.next) {
      append.refusal = null;
      if (append.found) {
        append.answered = true;
        found.add(append.subject);
      }
    }
    found.forEach(this::settle);
  }

  boolean hasUnsent() {
    return order.firstUnsent() != null;
  }

  /**
   * The next ones to send, in order: as many as fit, one at least if there is one. They count as
   * sent. What was found in the log is not sent: if its producer is forgotten meanwhile, it would
   * be appended again.
   */
  List<PendingAppend> takeUnsent(int maxBytes) {
    List<PendingAppend> taken = new ArrayList<>();
    Set<Subject> found = new LinkedHashSet<>();
    long bytes = EntryLayout.HEADER_BYTES;
    PendingAppend next = order.firstUnsent();
    while (next != null && (taken.isEmpty() || bytes + next.reservedBytes <= maxBytes)) {
      if (next.found) {
        next.answered = true;
        found.add(next.subject);
      } else {
        bytes += next.reservedBytes;
        taken.add(next);
      }
      order.sentUpTo(next);
      next = next.next;
    }
    found.forEach(this::settle);
    taken.removeIf(append -> append.removed);
    return taken;
  }

  /**
   * Counts a batch as sent.
   *
   * @return false if it may not be sent as it is, and nothing was done: others go before it, or
   *     some of it are in the log already
   */
  boolean sendAsTheyAre(List<PendingAppend> batch) {
    boolean isNext = !batch.isEmpty() && order.firstUnsent() == batch.get(0);
    if (!isNext || batch.stream().anyMatch(append -> append.found)) {
      return false;
    }
    order.sentUpTo(batch.get(batch.size() - 1));
    return true;
  }

  boolean isEmpty() {
    return order.first() == null;
  }

  /** Completes what is committed of a subject, in the order of its calls. */
  void settle(Subject subject) {
    settleCalls(subject);
    if (subject instanceof SubscriptionId) {
      boolean wasFull = isFull;
      isFull = committed.positions().isFull();
      if (isFull && !wasFull) {
        // Claims that the leader left out for want of room hear of it from those that took it.
        Set<Subject> subjects = new LinkedHashSet<>();
        for (PendingAppend append = order.first(); append != null; append = append.next) {
          if (append.subject instanceof SubscriptionId) {
            subjects.add(append.subject);
          }
        }
        subjects.forEach(this::settleCalls);
      }
    }
  }

  private void settleCalls(Subject subject) {
    SubjectCalls calls = bySubject.get(subject);
    if (calls == null) {
      return;
    }
    calls.find();
    PendingAppend head = calls.first();
    while (head != null && head.answered && head.found) {
      complete(head);
      head = calls.first();
    }
  }

  private void complete(PendingAppend append) {
    if (append instanceof PendingAppend.Control control) {
      complete(control, control.future, Objects.requireNonNull(control.outcome));
    } else if (append instanceof PendingAppend.Records records) {
      complete(records, Objects.requireNonNull(records.check));
    }
  }

  private void complete(PendingAppend.Records append, Check found) {
    if (found.kind() == Check.Kind.REUSED) {
      fail(append, LogFailures.reused(append, found));
      return;
    }
    if (found.kind() == Check.Kind.FENCED) {
      fail(append, LogFailures.fenced(append));
      return;
    }
    boolean appended = !append.duplicate && append.attempts > 0;
    AppendResult.Outcome outcome =
        appended ? AppendResult.Outcome.APPENDED : AppendResult.Outcome.DUPLICATE;
    complete(append, append.future, new AppendResult(found.offset(), found.timestamp(), outcome));
  }

  private <T> void complete(PendingAppend append, CompletableFuture<T> future, T outcome) {
    completions.add(
        () -> {
          release(append);
          future.complete(outcome);
        });
    remove(append);
  }

  private void fail(PendingAppend append, RaftLogException cause) {
    completions.add(
        () -> {
          release(append);
          append.future().completeExceptionally(cause);
        });
    remove(append);
  }

  /** Makes room just before the caller hears of the outcome, and may call again. */
  private void release(PendingAppend append) {
    accumulator.release(append.reservedBytes);
  }

  /** The leader has said what it did with the appends of a request that it sends no verdict for. */
  void answered(List<PendingAppend> appends, long requestId) {
    Set<Subject> subjects = new LinkedHashSet<>();
    Subject last = null;
    for (PendingAppend append : appends) {
      if (!append.removed && append.requestId == requestId) {
        append.answered = true;
        if (!append.subject.equals(last)) {
          last = append.subject;
          subjects.add(last);
        }
      }
    }
    subjects.forEach(this::settle);
  }

  /**
   * Takes a leader's verdicts on some appends of a request.
   *
   * @return false when some must be sent again: an earlier append of their producer is still on its
   *     way
   */
  boolean decide(List<Verdict> verdicts, long requestId) {
    Map<ProducerId, List<Verdict>> grouped = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      grouped.computeIfAbsent(verdict.producer(), id -> new ArrayList<>()).add(verdict);
    }
    boolean decided = true;
    for (Map.Entry<ProducerId, List<Verdict>> entry : grouped.entrySet()) {
      SubjectCalls calls = bySubject.get(entry.getKey());
      if (calls != null) {
        noteDuplicates(calls, entry.getValue(), requestId);
        decided &= refuse(calls, entry.getValue(), requestId);
        if (!tellRefused(entry.getKey())) {
          refused.add(entry.getKey());
        }
        settle(entry.getKey());
      }
    }
    return decided;
  }

  /**
   * Of equal calls in one request the leader takes the first; its verdicts are on the last ones.
   */
  private static void noteDuplicates(SubjectCalls calls, List<Verdict> verdicts, long requestId) {
    Map<PendingAppend.Span, Integer> counts = new HashMap<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() == Verdict.Kind.DUPLICATE) {
        counts.merge(PendingAppend.Span.of(verdict), 1, Integer::sum);
      }
    }
    Iterator<PendingAppend> newestFirst = calls.newestFirst();
    while (newestFirst.hasNext() && !counts.isEmpty()) {
      PendingAppend append = newestFirst.next();
      boolean concerned = append.requestId == requestId && !append.duplicate;
      Integer count = concerned ? counts.remove(append.span()) : null;
      if (count != null) {
        append.duplicate = append.attempts == 1;
        if (count > 1) {
          counts.put(append.span(), count - 1);
        }
      }
    }
  }

  private boolean refuse(SubjectCalls calls, List<Verdict> verdicts, long requestId) {
    Map<PendingAppend.Span, Verdict> refusals = new HashMap<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() != Verdict.Kind.DUPLICATE) {
        refusals.put(PendingAppend.Span.of(verdict), verdict);
      }
    }
    if (refusals.isEmpty()) {
      return true;
    }
    boolean allBeforeRefused = true;
    for (PendingAppend append : calls) {
      Verdict refusal = append.requestId == requestId ? refusals.get(append.span()) : null;
      if (refusal != null && !allBeforeRefused) {
        return false;
      }
      if (refusal != null) {
        append.refusal = refusal;
      }
      allBeforeRefused &= append.refusal != null;
    }
    return true;
  }

  /** Tells the first calls of a subject that they were refused; returns false if one must wait. */
  private boolean tellRefused(Subject subject) {
    PendingAppend head = head(subject);
    while (head != null && head.refusal != null) {
      if (isEarly(head, head.refusal)) {
        return false;
      }
      endWithout(head, failures.refused(head, head.refusal));
      head = head(subject);
    }
    return true;
  }

  private @Nullable PendingAppend head(Subject subject) {
    SubjectCalls calls = bySubject.get(subject);
    return calls == null ? null : calls.first();
  }

  /**
   * Whether the leader has seen more of the log than this replica, and that matters. A caller who
   * was told that his producer is forgotten, and begins again with 0, would be answered with what
   * he appended before. And what was sent before may be there, of a producer that was forgotten
   * since, and has begun again.
   */
  private boolean isEarly(PendingAppend append, Verdict refusal) {
    boolean matters = append.attempts > 1 || refusal.kind() == Verdict.Kind.UNKNOWN_PRODUCER;
    return matters && appliedIndex < refusal.committedIndex();
  }

  /** So much is applied here: those are told now who were refused before it was. */
  void applied(long index) {
    boolean more = index > appliedIndex;
    appliedIndex = index;
    if (more && !refused.isEmpty()) {
      for (Subject subject : List.copyOf(refused)) {
        if (tellRefused(subject)) {
          refused.remove(subject);
        }
        settle(subject);
      }
    }
  }

  /** Fails what has been without an outcome for too long. */
  void expire(long nowNanos) {
    for (PendingAppend expired = order.first();
        expired != null && nowNanos - expired.deadlineNanos >= 0;
        expired = order.first()) {
      endWithout(expired, failures.expired(expired, appliedIndex > 0));
      settle(expired.subject);
    }
  }

  /** Ends without an answer; what was found in the log needs none. */
  private void endWithout(PendingAppend append, RaftLogException cause) {
    if (append.found) {
      complete(append);
    } else {
      fail(append, cause);
    }
  }

  /**
   * Fails everything: the replica stops. What callers have appended since, too; no more may come.
   */
  void failAll(Function<PendingAppend, RaftLogException> cause) {
    for (PendingAppend append = order.first(); append != null; append = order.first()) {
      endWithout(append, cause.apply(append));
    }
    accumulator.takeInto(arriving);
    for (AppendBatch batch : arriving) {
      for (PendingAppend append : batch.appends()) {
        if (!append.removed) {
          fail(append, cause.apply(append));
        }
      }
    }
    arriving.clear();
  }

  /** Fails everything since the node is closed; what was never handed on is not in the log. */
  void failClosed(RaftLogException neverHanded) {
    failAll(append -> append.attempts == 0 ? neverHanded : failures.unknown(append));
  }

  private void remove(PendingAppend append) {
    order.remove(append);
    SubjectCalls calls = bySubject.get(append.subject);
    if (calls != null) {
      calls.remove(append);
      if (calls.isEmpty()) {
        bySubject.remove(append.subject);
        refused.remove(append.subject);
      }
    }
    append.removed = true;
  }
}
