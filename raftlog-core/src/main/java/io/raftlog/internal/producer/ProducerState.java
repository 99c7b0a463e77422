package io.raftlog.internal.producer;

import io.raftlog.internal.entry.ProducerId;
import org.jspecify.annotations.Nullable;

/** What is known of one producer, and its place in the order of last use. Owned by its table. */
final class ProducerState {
  final ProducerId id;
  long lastSequence = -1;

  /** The index of the entry that registered it last, 0 when none has. */
  long registration;

  /** By which whoever asked for that registration knows it; 0 when there is none. */
  long nonce;

  /** Log time of its last run. */
  long lastUsedNanos;

  /** The newest runs, oldest first; empty only while it has no records. */
  final RememberedRuns runs = new RememberedRuns();

  /** How many of the runs are in the table's order of forgetting; the rest is at the front. */
  int orderedRuns;

  /** Whether the table has forgotten this producer. */
  boolean evicted;

  @Nullable ProducerState lessRecent;
  @Nullable ProducerState moreRecent;

  ProducerState(ProducerId id) {
    this.id = id;
  }

  ProducerState copy() {
    ProducerState copy = new ProducerState(id);
    copy.lastSequence = lastSequence;
    copy.registration = registration;
    copy.nonce = nonce;
    copy.lastUsedNanos = lastUsedNanos;
    copy.runs.addAll(runs);
    copy.orderedRuns = orderedRuns;
    return copy;
  }
}
