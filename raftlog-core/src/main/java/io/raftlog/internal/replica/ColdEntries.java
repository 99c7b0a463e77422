package io.raftlog.internal.replica;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Committed entries that were read from the storage a moment ago: a reader that takes 10 records at
 * a time does not read the same entry from the disk each time. Any thread, under a lock; bounded in
 * bytes, and beyond the oldest is forgotten first.
 */
final class ColdEntries {
  /** 16 MiB. */
  static final long MAX_BYTES = 16L << 20;

  private record Kept(LogEntry entry, long age) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, Kept> byFirstOffset = new TreeMap<>();
  private final TreeMap<Long, Long> offsetByAge = new TreeMap<>();
  private long bytes;
  private long nextAge;

  void add(LogEntry entry) {
    if (entry.header().recordCount() == 0) {
      return; // the next one has the same first offset
    }
    long offset = entry.header().firstOffset();
    lock.lock();
    try {
      Kept replaced = byFirstOffset.put(offset, new Kept(entry, nextAge));
      if (replaced != null) {
        offsetByAge.remove(replaced.age());
        bytes -= replaced.entry().length();
      }
      offsetByAge.put(nextAge++, offset);
      bytes += entry.length();
      forgetOldest();
    } finally {
      lock.unlock();
    }
  }

  private void forgetOldest() {
    Iterator<Map.Entry<Long, Long>> oldest = offsetByAge.entrySet().iterator();
    while (bytes > MAX_BYTES && offsetByAge.size() > 1) {
      Kept kept = byFirstOffset.remove(oldest.next().getValue());
      oldest.remove();
      if (kept != null) {
        bytes -= kept.entry().length();
      }
    }
  }

  @Nullable LogEntry holding(long offset) {
    lock.lock();
    try {
      Map.Entry<Long, Kept> floor = byFirstOffset.floorEntry(offset);
      if (floor == null) {
        return null;
      }
      LogEntry entry = floor.getValue().entry();
      return offset < entry.header().endOffset() ? entry : null;
    } finally {
      lock.unlock();
    }
  }
}
