package io.raftlog.internal.replica;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries in memory: at least all that are not both applied and durable, and of the
 * others as many as fit. The loop thread changes it; any thread may look entries up.
 *
 * <p>A reader may look while the loop evicts or truncates: it finds nothing, or an entry that it
 * recognises by its index. A record that is committed and applied is not found only if its entry is
 * before {@link #fromIndex} by then; so it is durable, and the storage has it.
 */
final class TailCache {
  private static final int INITIAL_SLOTS = 256;

  private record Range(AtomicReferenceArray<@Nullable LogEntry> slots, long from, long to) {
    @Nullable LogEntry get(long index) {
      if (index < from || index > to) {
        return null;
      }
      LogEntry entry = slots.get((int) (index & (slots.length() - 1)));
      return entry != null && entry.index() == index ? entry : null;
    }
  }

  private final long capacityBytes;
  private volatile Range range;
  private long bytes;

  TailCache(long capacityBytes, long nextIndex) {
    this.capacityBytes = capacityBytes;
    this.range = new Range(new AtomicReferenceArray<>(INITIAL_SLOTS), nextIndex, nextIndex - 1);
  }

  /** Adds an entry at the end; removes first whatever conflicts with it. Loop thread only. */
  void append(LogEntry entry) {
    truncate(entry.index());
    Range now = range;
    if (entry.index() != now.to() + 1) {
      throw new IllegalStateException(
          "entry " + entry.index() + " does not continue the cache, which ends at " + now.to());
    }
    AtomicReferenceArray<@Nullable LogEntry> slots = now.slots();
    if (now.to() - now.from() + 1 == slots.length()) {
      slots = new AtomicReferenceArray<>(slots.length() * 2);
      for (long i = now.from(); i <= now.to(); i++) {
        slots.set((int) (i & (slots.length() - 1)), now.get(i));
      }
    }
    slots.set((int) (entry.index() & (slots.length() - 1)), entry);
    bytes += entry.length();
    range = new Range(slots, now.from(), entry.index());
  }

  private void truncate(long fromIndex) {
    Range now = range;
    for (long i = now.to(); i >= Math.max(fromIndex, now.from()); i--) {
      remove(now, i);
    }
    if (fromIndex <= now.to()) {
      long from = Math.min(now.from(), fromIndex);
      range = new Range(now.slots(), from, fromIndex - 1);
    }
  }

  /** Makes room by removing the oldest entries, none after keepAfter. Loop thread only. */
  void evict(long keepAfter) {
    Range now = range;
    long from = now.from();
    long left = bytes;
    while (left > capacityBytes && from <= keepAfter && from <= now.to()) {
      LogEntry oldest = now.get(from);
      left -= oldest == null ? 0 : oldest.length();
      from++;
    }
    if (from != now.from()) {
      // First: whoever finds a slot empty can see from where on there are entries.
      range = new Range(now.slots(), from, now.to());
      for (long i = now.from(); i < from; i++) {
        remove(now, i);
      }
    }
  }

  private void remove(Range now, long index) {
    LogEntry removed = now.slots().getAndSet((int) (index & (now.slots().length() - 1)), null);
    if (removed != null) {
      bytes -= removed.length();
    }
  }

  @Nullable LogEntry get(long index) {
    return range.get(index);
  }

  /**
   * The entry that holds a record, or null if it is not in memory.
   *
   * @param offset of a record that is committed and applied
   */
  @Nullable LogEntry holding(long offset) {
    Range now = range;
    long low = now.from();
    long high = now.to();
    while (low <= high) {
      long middle = (low + high) >>> 1;
      LogEntry entry = now.get(middle);
      if (entry == null) {
        long from = range.from();
        if (from > middle) {
          low = from; // it was evicted meanwhile
        } else {
          high = middle - 1; // it was removed, so it was not committed
        }
        continue;
      }
      if (offset < entry.header().firstOffset()) {
        high = middle - 1;
      } else if (offset >= entry.header().endOffset()) {
        low = middle + 1;
      } else {
        return entry;
      }
    }
    return null;
  }

  long fromIndex() {
    return range.from();
  }

  long toIndex() {
    return range.to();
  }
}
