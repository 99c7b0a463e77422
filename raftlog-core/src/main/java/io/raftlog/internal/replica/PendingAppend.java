package io.raftlog.internal.replica;

import io.raftlog.AppendResult;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.producer.Check;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call of append that has no outcome yet. Made by the caller's thread, from then on owned by
 * the loop thread.
 */
final class PendingAppend {
  /** Which records of a producer. */
  record Span(long firstSequence, int count) {
    static Span of(Verdict verdict) {
      return new Span(verdict.firstSequence(), verdict.count());
    }
  }

  final ProducerId producer;
  final long firstSequence;
  final int[] payloadCrcs;
  final long reservedBytes;
  final CompletableFuture<AppendResult> future = new CompletableFuture<>();

  /** Where its encoded records are within its batch. */
  private final AppendBatch batch;

  private final int recordsFrom;
  private final int recordsTo;

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

  /** What the table said when it was committed; null until then. */
  @Nullable Check found;

  /** Whether it has its outcome. */
  boolean removed;

  /** The next and previous one in the order of the calls. */
  @Nullable PendingAppend next;

  @Nullable PendingAppend previous;

  PendingAppend(
      ProducerId producer,
      long firstSequence,
      int[] payloadCrcs,
      long reservedBytes,
      AppendBatch batch,
      int recordsFrom,
      int recordsTo) {
    this.producer = producer;
    this.firstSequence = firstSequence;
    this.payloadCrcs = payloadCrcs;
    this.reservedBytes = reservedBytes;
    this.batch = batch;
    this.recordsFrom = recordsFrom;
    this.recordsTo = recordsTo;
  }

  Span span() {
    return new Span(firstSequence, payloadCrcs.length);
  }

  long lastSequence() {
    return firstSequence + payloadCrcs.length - 1;
  }

  void encodeInto(EntryDraft draft) {
    ByteBuffer encoded = batch.encoded();
    draft.appendEncoded(
        producer, firstSequence, payloadCrcs.length, encoded, recordsFrom, recordsTo);
  }
}
