package io.raftlog.rocksdb;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState.TermStart;
import java.util.ArrayList;
import java.util.List;

/**
 * Which entries a log has, without their bytes: first index, last index, and where terms begin. It
 * is ahead of the disk by what was handed over and not yet written. Owned by the thread that calls
 * {@code write}.
 */
final class LogShape {
  private final ArrayList<TermStart> terms;
  private long firstIndex;
  private long lastIndex;

  /**
   * Makes one.
   *
   * @param firstIndex the first entry's index, or that of the next one
   * @param lastIndex the last entry's index, or firstIndex - 1
   * @param terms ascending; the first may begin before firstIndex
   */
  LogShape(long firstIndex, long lastIndex, List<TermStart> terms) {
    this.firstIndex = firstIndex;
    this.lastIndex = lastIndex;
    this.terms = new ArrayList<>(terms);
  }

  long firstIndex() {
    return firstIndex;
  }

  long lastIndex() {
    return lastIndex;
  }

  /** Where terms begin among the entries that are there, as {@code StoredState} wants it. */
  List<TermStart> retainedTerms() {
    List<TermStart> retained = new ArrayList<>(terms);
    if (!retained.isEmpty() && retained.get(0).index() < firstIndex) {
      retained.set(0, new TermStart(retained.get(0).term(), firstIndex));
    }
    return retained;
  }

  /**
   * Follows a write, and says what it means for the disk.
   *
   * @throws IllegalArgumentException when the write does not fit the log; nothing has changed then
   */
  LogChange apply(StorageWrite write) {
    long end = write.truncateFrom() == 0 ? lastIndex + 1 : write.truncateFrom();
    end = Math.max(firstIndex, Math.min(end, lastIndex + 1));
    check(write.entries(), end, lastTermBefore(end));

    final long removeTo = lastIndex + 1;
    final long oldFirst = firstIndex;
    List<TermStart> dropped = new ArrayList<>();
    // With no entry left, a term that began before the first index is no entry's term any more.
    while (!terms.isEmpty() && (end == firstIndex || terms.get(terms.size() - 1).index() >= end)) {
      dropped.add(terms.remove(terms.size() - 1));
    }
    lastIndex = end - 1;
    List<TermStart> added = append(write.entries());
    if (write.trimBefore() > firstIndex) {
      firstIndex = write.trimBefore();
      lastIndex = Math.max(lastIndex, firstIndex - 1);
      dropTermsBeforeFirst(added, dropped);
    }
    return new LogChange(end, removeTo, oldFirst, firstIndex, dropped, added);
  }

  private long lastTermBefore(long end) {
    for (int i = terms.size() - 1; i >= 0; i--) {
      if (terms.get(i).index() < end) {
        return terms.get(i).term();
      }
    }
    return 0;
  }

  private static void check(List<StoredEntry> entries, long nextIndex, long lastTerm) {
    long index = nextIndex;
    long term = lastTerm;
    for (StoredEntry entry : entries) {
      if (entry.index() != index) {
        throw new IllegalArgumentException(
            "entry " + entry.index() + " does not continue the log, whose next index is " + index);
      }
      if (entry.term() < term) {
        throw new IllegalArgumentException(
            "entry " + index + " has term " + entry.term() + " after term " + term);
      }
      index++;
      term = entry.term();
    }
  }

  private List<TermStart> append(List<StoredEntry> entries) {
    List<TermStart> added = new ArrayList<>();
    long term = terms.isEmpty() ? 0 : terms.get(terms.size() - 1).term();
    for (StoredEntry entry : entries) {
      if (terms.isEmpty() || entry.term() > term) {
        TermStart start = new TermStart(entry.term(), entry.index());
        terms.add(start);
        added.add(start);
        term = entry.term();
      }
      lastIndex = entry.index();
    }
    return added;
  }

  private void dropTermsBeforeFirst(List<TermStart> added, List<TermStart> dropped) {
    int keepFrom = lastIndex < firstIndex ? terms.size() : 0;
    while (keepFrom + 1 < terms.size() && terms.get(keepFrom + 1).index() <= firstIndex) {
      keepFrom++;
    }
    List<TermStart> gone = terms.subList(0, keepFrom);
    for (TermStart start : gone) {
      if (!added.remove(start)) {
        dropped.add(start);
      }
    }
    gone.clear();
  }
}
