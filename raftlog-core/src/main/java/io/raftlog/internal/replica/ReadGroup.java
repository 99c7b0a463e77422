package io.raftlog.internal.replica;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Reads that wait for the same thing. They are told together: for the loop that is one step,
 * however many they are, and the rest is done where futures complete. Owned by the loop thread
 * until then.
 */
final class ReadGroup {
  private final Set<WaitingRead> reads = new LinkedHashSet<>();
  private boolean told;

  void add(WaitingRead read) {
    reads.add(read);
    read.group = this;
  }

  void remove(WaitingRead read) {
    reads.remove(read);
    read.group = null;
  }

  /** Takes another group's reads over. */
  void addAll(ReadGroup other) {
    other.reads.forEach(this::add);
    other.reads.clear();
  }

  int size() {
    return reads.size();
  }

  boolean isEmpty() {
    return reads.isEmpty();
  }

  boolean isTold() {
    return told;
  }

  /** All of them may read now. */
  void tell(ReadView view, Completions completions) {
    completions.addForEach(reads, read -> read.future.complete(view));
    told = true;
  }

  void fail(RuntimeException cause, Completions completions) {
    completions.addForEach(reads, read -> read.future.completeExceptionally(cause));
    told = true;
  }
}
