package io.raftlog.internal.producer;

import io.raftlog.internal.entry.ProducerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * With which entry a producer was forgotten, of those that were forgotten last. Owned by the loop
 * thread.
 *
 * <p>An append that is next by what is known now may be one that was in the log before its producer
 * was forgotten, and is sent again by a node that has not come so far.
 */
final class ForgottenProducers {
  /** So many are known by name: two megabytes, or six with the longest ids. */
  static final int MAX_PRODUCERS = 16_384;

  /** In the order in which they were forgotten. */
  private final Map<ProducerId, Long> indexes = new LinkedHashMap<>();

  /** Others may have been forgotten with this entry or an earlier one. */
  private long othersIndex;

  /** Nobody was forgotten with a later entry. */
  private long newestIndex;

  ForgottenProducers(long othersIndex) {
    this.othersIndex = othersIndex;
    this.newestIndex = othersIndex;
  }

  void add(ProducerId producer, long index) {
    indexes.remove(producer);
    indexes.put(producer, index);
    newestIndex = index;
    if (indexes.size() > MAX_PRODUCERS) {
      Iterator<Long> oldestFirst = indexes.values().iterator();
      othersIndex = oldestFirst.next();
      oldestFirst.remove();
    }
  }

  /** Whether a producer may have been forgotten with an entry after an index. */
  boolean mayHaveSince(ProducerId producer, long index) {
    if (newestIndex <= index) {
      return false;
    }
    Long forgotten = indexes.get(producer);
    return (forgotten == null ? othersIndex : forgotten) > index;
  }

  /** Whether a producer was forgotten with an entry of an index or a later one. */
  boolean hasFrom(long index) {
    return newestIndex >= index;
  }

  ForgottenProducers copy() {
    ForgottenProducers copy = new ForgottenProducers(othersIndex);
    copy.indexes.putAll(indexes);
    copy.newestIndex = newestIndex;
    return copy;
  }
}
