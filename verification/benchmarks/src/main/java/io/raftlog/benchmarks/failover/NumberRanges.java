package io.raftlog.benchmarks.failover;

import io.raftlog.benchmarks.contender.SeenNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** A set of numbers of records, most of which follow each other. Thread-safe. */
final class NumberRanges {
  private final ReentrantLock lock = new ReentrantLock();

  /** The last number of each range by its first; no two of them touch. */
  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

  private long count;

  void add(long number) {
    lock.lock();
    try {
      Map.Entry<Long, Long> below = lastByFirst.floorEntry(number);
      if (below != null && below.getValue() >= number) {
        return;
      }
      count++;
      long first = below != null && below.getValue() == number - 1 ? below.getKey() : number;
      Long joinedLast = lastByFirst.remove(number + 1);
      lastByFirst.put(first, joinedLast == null ? number : joinedLast);
    } finally {
      lock.unlock();
    }
  }

  /** How many numbers there are. */
  long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** As words {@code first-last}, both inclusive. */
  List<String> words() {
    lock.lock();
    try {
      List<String> words = new ArrayList<>();
      lastByFirst.forEach((first, last) -> words.add(first + "-" + last));
      return words;
    } finally {
      lock.unlock();
    }
  }

  /** How many of the numbers in words of {@link #words} were not seen. */
  static long missing(List<String> words, SeenNumbers seen) {
    long missing = 0;
    for (String word : words) {
      int hyphen = word.indexOf('-');
      long last = Long.parseLong(word.substring(hyphen + 1));
      for (long number = Long.parseLong(word.substring(0, hyphen)); number <= last; number++) {
        if (!seen.contains(number)) {
          missing++;
        }
      }
    }
    return missing;
  }
}
