package io.raftlog.internal.core;

/**
 * The sizes of the newest entries, by which appends in flight are bounded in bytes; kept as running
 * totals. It covers what the shell's tail cache covers, which is bounded. Owned by the loop thread.
 */
final class TailSizes {
  /** At slot(i): the sum of the sizes of all entries up to i since this log was opened. */
  private long[] totals = new long[64];

  private long fromIndex;
  private long toIndex;
  private long totalBefore;

  /** Begins empty; the first entry added has this index. */
  TailSizes(long fromIndex) {
    this.fromIndex = fromIndex;
    this.toIndex = fromIndex - 1;
  }

  void add(int entryBytes) {
    if (toIndex - fromIndex + 1 == totals.length) {
      long[] larger = new long[totals.length * 2];
      for (long i = fromIndex; i <= toIndex; i++) {
        larger[(int) (i & (larger.length - 1))] = totals[slot(i)];
      }
      totals = larger;
    }
    long total = totalTo(toIndex) + entryBytes;
    toIndex++;
    totals[slot(toIndex)] = total;
  }

  void truncate(long index) {
    if (index <= fromIndex) {
      fromIndex = index;
      toIndex = index - 1;
    } else {
      toIndex = Math.min(toIndex, index - 1);
    }
  }

  void forgetBefore(long index) {
    long newFrom = Math.min(index, toIndex + 1);
    if (newFrom > fromIndex) {
      totalBefore = totalTo(newFrom - 1);
      fromIndex = newFrom;
    }
  }

  /** The first entry whose size is known. */
  long fromIndex() {
    return fromIndex;
  }

  /** Bytes of the entries from one to another, both included. */
  int between(long from, long to) {
    Invariants.check(from >= fromIndex && to <= toIndex, "no sizes are known for", from, to);
    return (int) (totalTo(to) - totalTo(from - 1));
  }

  /** Bytes of all entries after an index; entries of unknown size do not count. */
  long bytesAfter(long index) {
    return totalTo(toIndex) - totalTo(Math.min(index, toIndex));
  }

  private long totalTo(long index) {
    return index < fromIndex ? totalBefore : totals[slot(index)];
  }

  private int slot(long index) {
    return (int) (index & (totals.length - 1));
  }
}
