package io.raftlog.internal.core;

import java.util.Arrays;

/**
 * In which term each entry was made: (term, first index) pairs, so that no question about a term
 * reads a disk. Owned by the loop thread.
 */
final class TermHistory {
  private long[] terms = new long[8];
  private long[] firsts = new long[8];
  private int size;
  private long lastIndex;

  TermHistory(long lastIndex) {
    this.lastIndex = lastIndex;
  }

  /** Appends entries of one term up to toIndex, inclusive. */
  void append(long term, long fromIndex, long toIndex) {
    Invariants.check(
        size == 0 || fromIndex == lastIndex + 1,
        "entries must be contiguous",
        fromIndex,
        lastIndex);
    Invariants.check(term >= lastTerm(), "terms must not decrease along the log", term, lastTerm());
    if (term > lastTerm()) {
      if (size == terms.length) {
        terms = Arrays.copyOf(terms, size * 2);
        firsts = Arrays.copyOf(firsts, size * 2);
      }
      terms[size] = term;
      firsts[size] = fromIndex;
      size++;
    }
    lastIndex = toIndex;
  }

  /** Removes fromIndex and everything after it. */
  void truncate(long fromIndex) {
    while (size > 0 && firsts[size - 1] >= fromIndex) {
      size--;
    }
    lastIndex = Math.min(lastIndex, fromIndex - 1);
  }

  long lastIndex() {
    return lastIndex;
  }

  long lastTerm() {
    return size == 0 ? 0 : terms[size - 1];
  }

  /** The term of an entry, 0 for index 0, -1 for an entry that this log does not have. */
  long termAt(long index) {
    if (index == 0) {
      return 0;
    }
    int at = index > lastIndex ? -1 : floor(firsts, index);
    return at < 0 ? -1 : terms[at];
  }

  /** The first index of the term that the entry at index has. */
  long firstIndexOfTermAt(long index) {
    int at = floor(firsts, index);
    return at < 0 ? 0 : firsts[at];
  }

  /** The last index whose term is at most this one; 0 when there is none. */
  long lastIndexUpToTerm(long term) {
    int at = floor(terms, term);
    if (at < 0) {
      return 0;
    }
    return at == size - 1 ? lastIndex : firsts[at + 1] - 1;
  }

  private int floor(long[] keys, long key) {
    int found = Arrays.binarySearch(keys, 0, size, key);
    return found >= 0 ? found : -found - 2;
  }
}
