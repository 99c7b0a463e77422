package io.raftlog.internal.replica;

import java.util.LinkedHashSet;
import java.util.Set;

/** Reads that wait for the same thing, and are told together. Owned by the loop thread. */
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
    reads.forEach(read -> completions.complete(read.future, view));
    told = true;
  }

  void fail(RuntimeException cause, Completions completions) {
    reads.forEach(read -> completions.fail(read.future, cause));
    told = true;
  }
}
