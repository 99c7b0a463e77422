package io.raftlog.internal.replica;

import io.raftlog.AppendResult;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.Subject;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.producer.Check;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call of append, or of what becomes a control run, that has no outcome yet. Made by the
 * caller's thread, from then on owned by the loop thread.
 *
 * <p>Two things are learnt of it, in either order and each again and again: what the present leader
 * says of the request that it was sent with ({@link #answered} or {@link #refusal}, forgotten when
 * it must be sent again), and what the committed log says ({@link #found}, for good). It ends, and
 * is {@link #removed},
 *
 * <ul>
 *   <li>with what the log says: when it is found and answered, or found by the time it would fail;
 *   <li>with a failure: when it is refused, its time is over, or the replica stops.
 * </ul>
 */
abstract sealed class PendingAppend {
  /** Which records of a producer. */
  record Span(long firstSequence, int count) {
    static Span of(Verdict verdict) {
      return new Span(verdict.firstSequence(), verdict.count());
    }
  }

  /** Whom it is about; the outcomes of one subject come in the order of the calls. */
  final Subject subject;

  final long reservedBytes;

  /** When it fails for want of an outcome; set when the loop takes it in. */
  long deadlineNanos;

  /** How often it was handed to a leader, this node or another. Never handed: never in the log. */
  int attempts;

  /** The request with which it was last handed on. */
  long requestId;

  /** Whether the leader has said what it did with that request. */
  boolean answered;

  /** Why the leader refuses it, from its verdict on that request; null if it does not. */
  @Nullable Verdict refusal;

  /** Whether the leader found it in its log although it had not been sent before. */
  boolean duplicate;

  /** Whether the tables have said what became of it. */
  boolean found;

  /** Whether it has its outcome. */
  boolean removed;

  /** The next and previous one in the order of the calls. */
  @Nullable PendingAppend next;

  @Nullable PendingAppend previous;

  private PendingAppend(Subject subject, long reservedBytes) {
    this.subject = subject;
    this.reservedBytes = reservedBytes;
  }

  /** Counts it as handed to a leader, whose answer is to come. */
  void handedOn(long withRequest) {
    attempts++;
    requestId = withRequest;
    answered = false;
  }

  /** Where the outcome goes. */
  abstract CompletableFuture<?> future();

  /** Which records; none for a control run, of which a leader says nothing. */
  abstract Span span();

  abstract void encodeInto(EntryDraft draft);

  /**
   * Keeps what the committed tables say of it, unless it may still come; to be called until it is
   * {@link #found}.
   */
  abstract void lookUp(Tables committed);

  /** Records. */
  static final class Records extends PendingAppend {
    final long firstSequence;
    final int[] payloadCrcs;
    final CompletableFuture<AppendResult> future = new CompletableFuture<>();
    private final ProducerId producer;
    private final long registration;

    /** What the table said; null until it is found. */
    @Nullable Check check;

    /** Where its encoded records are within its batch. */
    private final AppendBatch batch;

    private final int recordsFrom;
    private final int recordsTo;

    Records(
        ProducerId producer,
        long registration,
        long firstSequence,
        int[] payloadCrcs,
        long reservedBytes,
        AppendBatch batch,
        int recordsFrom,
        int recordsTo) {
      super(producer, reservedBytes);
      this.producer = producer;
      this.registration = registration;
      this.firstSequence = firstSequence;
      this.payloadCrcs = payloadCrcs;
      this.batch = batch;
      this.recordsFrom = recordsFrom;
      this.recordsTo = recordsTo;
    }

    long lastSequence() {
      return firstSequence + payloadCrcs.length - 1;
    }

    /** Whether it is of a registration, or of none. */
    boolean isOf(long inForce) {
      return registration == 0 || registration == inForce;
    }

    @Override
    CompletableFuture<?> future() {
      return future;
    }

    @Override
    Span span() {
      return new Span(firstSequence, payloadCrcs.length);
    }

    @Override
    void encodeInto(EntryDraft draft) {
      draft.appendEncoded(
          producer,
          registration,
          firstSequence,
          payloadCrcs.length,
          batch.encoded(),
          recordsFrom,
          recordsTo);
    }

    @Override
    void lookUp(Tables committed) {
      Check said = committed.producers().check(producer, registration, firstSequence, payloadCrcs);
      switch (said.kind()) {
        case DUPLICATE, REUSED, FENCED -> {
          check = said;
          found = true;
        }
        case NEXT, GAP, UNKNOWN_PRODUCER -> {}
      }
    }

    @Override
    public String toString() {
      return "producer \"" + producer + "\" sequence " + firstSequence;
    }
  }

  /** A control run. */
  static final class Control extends PendingAppend {
    final ControlRun run;
    final CompletableFuture<ControlOutcome> future = new CompletableFuture<>();

    /** What became of it; null until it is found. */
    @Nullable ControlOutcome outcome;

    Control(ControlRun run) {
      super(run.subject(), run.encodedBytes());
      this.run = run;
    }

    @Override
    CompletableFuture<?> future() {
      return future;
    }

    @Override
    Span span() {
      return new Span(-1, 0);
    }

    @Override
    void encodeInto(EntryDraft draft) {
      draft.append(run);
    }

    @Override
    void lookUp(Tables committed) {
      outcome = committed.outcome(run);
      found = outcome != null;
    }

    @Override
    public String toString() {
      return run.toString();
    }
  }
}
