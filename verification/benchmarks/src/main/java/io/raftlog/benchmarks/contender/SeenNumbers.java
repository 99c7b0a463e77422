package io.raftlog.benchmarks.contender;

import java.util.Arrays;

/**
 * The numbers of the records which a replica has. Written by one thread at a time, with a
 * happens-before between them; any thread may read {@link #count}, and then all that was noted
 * before.
 */
public final class SeenNumbers {
  private static final int INITIAL_WORDS = 1 << 10;

  /** Numbers beyond are taken for garbage: a billion records, 128 MiB. */
  private static final long MAX_NUMBER = 1L << 30;

  private long[] words = new long[INITIAL_WORDS];
  private long duplicates;
  private long foreign;
  private long noted;

  /** The same as noted; written last. */
  private volatile long count;

  /**
   * Notes a record.
   *
   * @param number its number; one that no load gave is counted as foreign
   */
  public void add(long number) {
    if (number < 0 || number >= MAX_NUMBER) {
      addForeign();
      return;
    }
    int word = (int) (number >>> 6);
    if (word >= words.length) {
      words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
    }
    long bit = 1L << (number & 63);
    if ((words[word] & bit) == 0) {
      words[word] |= bit;
      noted++;
    } else {
      duplicates++;
    }
    count = noted;
  }

  /** Notes a record that was not appended by the load, or not with this payload. */
  public void addForeign() {
    foreign++;
    count = noted;
  }

  /** How many different records were seen. */
  public long count() {
    return count;
  }

  /** Whether a record was seen. */
  public boolean contains(long number) {
    int word = (int) (number >>> 6);
    return word < words.length && (words[word] & (1L << (number & 63))) != 0;
  }

  /** How often a record was seen again. */
  public long duplicates() {
    return duplicates;
  }

  /** How many records were not what the load appended. */
  public long foreign() {
    return foreign;
  }
}
