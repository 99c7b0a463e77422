package io.raftlog.internal.replica;

import io.raftlog.AppendResult;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.producer.Check;
import io.raftlog.internal.producer.ProducerTable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call of append, or of a registration, that has no outcome yet. Made by the caller's thread,
 * from then on owned by the loop thread.
 */
abstract sealed class PendingAppend {
  /** Which records of a producer. */
  record Span(long firstSequence, int count) {
    static Span of(Verdict verdict) {
      return new Span(verdict.firstSequence(), verdict.count());
    }
  }

  final ProducerId producer;
  final long reservedBytes;

  /** When it fails for want of an outcome; set when the loop takes it in. */
  long deadlineNanos;

  /** How often it was handed to a leader, this node or another. Never handed: never in the log. */
  int attempts;

  /** The request with which it was last handed on. */
  long requestId;

  /** Whether the leader has said what it did with that request. */
  boolean answered;

  /** Whether the leader found it in its log although it had not been sent before. */
  boolean duplicate;

  /** What the table said when it was decided; null until then. */
  @Nullable Check found;

  /** Whether it has its outcome. */
  boolean removed;

  /** The next and previous one in the order of the calls. */
  @Nullable PendingAppend next;

  @Nullable PendingAppend previous;

  private PendingAppend(ProducerId producer, long reservedBytes) {
    this.producer = producer;
    this.reservedBytes = reservedBytes;
  }

  /** Where the outcome goes. */
  abstract CompletableFuture<?> future();

  /** Which records; none for a registration, of which a leader says nothing. */
  abstract Span span();

  abstract void encodeInto(EntryDraft draft);

  /**
   * Whether {@link #lookUp} can find anything, told without looking up.
   *
   * @param lastSequence the producer's last sequence that is committed
   * @param inForce the producer's registration
   */
  abstract boolean mayBeDecided(long lastSequence, long inForce);

  /** What the committed table says of it; null while it may still come. */
  abstract @Nullable Check lookUp(ProducerTable committed);

  /** Records. */
  static final class Records extends PendingAppend {
    final long firstSequence;
    final int[] payloadCrcs;
    final CompletableFuture<AppendResult> future = new CompletableFuture<>();
    private final long registration;

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
      this.registration = registration;
      this.firstSequence = firstSequence;
      this.payloadCrcs = payloadCrcs;
      this.batch = batch;
      this.recordsFrom = recordsFrom;
      this.recordsTo = recordsTo;
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
    boolean mayBeDecided(long lastSequence, long inForce) {
      return firstSequence + payloadCrcs.length - 1 <= lastSequence
          || (registration != 0 && registration < inForce);
    }

    @Override
    @Nullable Check lookUp(ProducerTable committed) {
      Check check = committed.check(producer, registration, firstSequence, payloadCrcs);
      return switch (check.kind()) {
        case DUPLICATE, REUSED, FENCED -> check;
        case NEXT, GAP, UNKNOWN_PRODUCER -> null;
      };
    }

    @Override
    public String toString() {
      return "producer \"" + producer + "\" sequence " + firstSequence;
    }
  }

  /** A registration. */
  static final class Registration extends PendingAppend {
    final long replaces;
    final long nonce;
    final CompletableFuture<RegistrationOutcome> future = new CompletableFuture<>();
    private long inForce;

    Registration(ProducerId producer, long replaces, long nonce, long reservedBytes) {
      super(producer, reservedBytes);
      this.replaces = replaces;
      this.nonce = nonce;
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
      draft.register(producer, replaces, nonce);
    }

    @Override
    boolean mayBeDecided(long lastSequence, long registration) {
      return registration != replaces;
    }

    @Override
    @Nullable Check lookUp(ProducerTable committed) {
      Check check = committed.checkRegistration(producer, replaces, nonce);
      inForce = committed.registration(producer);
      return check.kind() == Check.Kind.NEXT ? null : check;
    }

    RegistrationOutcome outcome(Check check) {
      boolean won = check.kind() == Check.Kind.DUPLICATE;
      return new RegistrationOutcome(inForce, won, check.expectedSequence(), check.offset());
    }

    @Override
    public String toString() {
      return "registration of producer \"" + producer + "\"";
    }
  }
}
