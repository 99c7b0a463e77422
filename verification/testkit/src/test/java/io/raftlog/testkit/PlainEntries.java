package io.raftlog.testkit;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import io.raftlog.spi.StoredState.TermStart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is stored of one log of a {@link PlainStorage}. Guarded by the log's lock. */
final class PlainEntries {
  /** Entries that a fault has put aside. */
  record Held(Map<Long, StoredEntry> byIndex, Map<Long, StoredEntry> byOffset) {}

  private static final int FAULTY_MAX_REMOVED = 1_000;
  private static final int FAULTY_MAX_TERMS = 5;

  private final StorageFault fault;
  private final TreeMap<Long, StoredEntry> byIndex = new TreeMap<>();
  private final TreeMap<Long, StoredEntry> byOffset = new TreeMap<>();
  private final List<TermStart> removedTerms = new ArrayList<>();
  private final byte[] reused = new byte[1 << 20];
  private @Nullable ByteBuffer hardState;
  private @Nullable ByteBuffer checkpoint;
  private long firstIndex = 1;
  private long lastIndex;

  PlainEntries(StorageFault fault) {
    this.fault = fault;
  }

  void apply(StorageWrite write) {
    boolean late = fault == StorageFault.TRUNCATES_AFTER_APPENDING && firstIndex == 1;
    if (!late) {
      truncate(write);
    }
    if (fault == StorageFault.TRIMS_BEFORE_APPENDING) {
      trim(write);
    }
    write.entries().forEach(this::append);
    if (late) {
      truncate(write);
    }
    if (write.hardState() != null || fault == StorageFault.CLEARS_THE_HARD_STATE) {
      hardState = orNone(write.hardState());
    }
    if (write.checkpoint() != null) {
      checkpoint = orNone(write.checkpoint());
    }
    if (fault != StorageFault.TRIMS_BEFORE_APPENDING) {
      trim(write);
    }
  }

  private @Nullable ByteBuffer orNone(@Nullable ByteBuffer bytes) {
    boolean none = bytes != null && !bytes.hasRemaining();
    return none && fault == StorageFault.TAKES_EMPTY_FOR_NONE ? null : bytes;
  }

  private void truncate(StorageWrite write) {
    long from = write.truncateFrom();
    boolean beyond = from > lastIndex && fault != StorageFault.TRUNCATES_BEYOND_THE_END;
    boolean forgets = from == 1 && fault == StorageFault.FORGETS_TO_TRUNCATE_ALL;
    if (from == 0 || beyond || forgets) {
      return;
    }
    if (fault != StorageFault.TRUNCATES_BELOW_THE_FIRST) {
      from = Math.max(from, firstIndex);
    }
    if (fault == StorageFault.TRUNCATES_A_THOUSAND_AT_MOST) {
      from = Math.max(from, lastIndex - FAULTY_MAX_REMOVED);
    }
    boolean trims = write.trimBefore() > 0;
    boolean keepsOffsets =
        fault == StorageFault.KEEPS_TRUNCATED_OFFSETS
            || (fault == StorageFault.KEEPS_TRUNCATED_OFFSETS_WHEN_IT_TRIMS && trims);
    for (StoredEntry removed : byIndex.tailMap(from, true).values()) {
      if (!keepsOffsets) {
        byOffset.remove(removed.firstOffset(), removed);
      }
      if (fault == StorageFault.KEEPS_TRUNCATED_TERMS) {
        removedTerms.add(new TermStart(removed.term(), removed.index()));
      }
    }
    byIndex.tailMap(from, true).clear();
    lastIndex = from - 1;
  }

  private void append(StoredEntry entry) {
    byIndex.put(entry.index(), entry);
    if (entry.recordCount() > 0 || fault == StorageFault.TAKES_CONTROL_ENTRIES_FOR_RECORDS) {
      byOffset.put(entry.firstOffset(), entry);
    }
    lastIndex = entry.index();
  }

  private void trim(StorageWrite write) {
    long before = write.trimBefore();
    if (before <= firstIndex) {
      return;
    }
    firstIndex = before;
    if (fault != StorageFault.READS_TRIMMED_ENTRIES) {
      for (StoredEntry removed : byIndex.headMap(before, false).values()) {
        byOffset.remove(removed.firstOffset(), removed);
      }
      byIndex.headMap(before, false).clear();
    }
    if (byIndex.isEmpty() && fault == StorageFault.BEGINS_AGAIN_WHEN_ALL_IS_TRIMMED) {
      firstIndex = 1;
      lastIndex = 0;
    }
  }

  StoredState state() {
    List<TermStart> terms = new ArrayList<>(removedTerms);
    long term = 0;
    for (StoredEntry entry : byIndex.values()) {
      if (entry.term() != term) {
        term = entry.term();
        terms.add(new TermStart(term, entry.index()));
      }
    }
    if (fault == StorageFault.FORGETS_TERMS) {
      terms = terms.subList(0, Math.min(terms.size(), FAULTY_MAX_TERMS));
    }
    boolean zero = fault == StorageFault.STARTS_AT_INDEX_ZERO && lastIndex == 0;
    return new StoredState(
        viewOf(hardState), viewOf(checkpoint), zero ? 0 : firstIndex, lastIndex, terms);
  }

  private static @Nullable ByteBuffer viewOf(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : bytes.duplicate();
  }

  List<ByteBuffer> read(long fromIndex, int maxBytes) {
    List<ByteBuffer> read = new ArrayList<>();
    if (!byIndex.containsKey(fromIndex) && fault != StorageFault.READS_THE_NEXT_INSTEAD) {
      return read;
    }
    boolean begins = fault == StorageFault.READS_FROM_THE_BEGINNING;
    long bytes = 0;
    for (StoredEntry entry : byIndex.tailMap(begins ? firstIndex : fromIndex, true).values()) {
      bytes += entry.bytes().remaining();
      boolean one = !read.isEmpty() || fault == StorageFault.READS_NOTHING_WHEN_TOO_LARGE;
      if (bytes > maxBytes && one && fault != StorageFault.READS_TOO_MUCH) {
        break;
      }
      read.add(fault == StorageFault.REUSES_BUFFERS ? inReused(entry) : entry.bytes().duplicate());
    }
    return read;
  }

  private ByteBuffer inReused(StoredEntry entry) {
    int length = entry.bytes().remaining();
    if (length > reused.length) {
      return entry.bytes().duplicate();
    }
    entry.bytes().duplicate().get(reused, 0, length);
    return ByteBuffer.wrap(reused, 0, length);
  }

  long indexOf(long offset) {
    Map.Entry<Long, StoredEntry> floor = byOffset.floorEntry(offset);
    if (floor == null) {
      return 0;
    }
    StoredEntry entry = floor.getValue();
    long end = entry.firstOffset() + entry.recordCount();
    boolean wraps = fault == StorageFault.COUNTS_RECORDS_IN_32_BITS && end > Integer.MAX_VALUE;
    boolean control = fault == StorageFault.TAKES_CONTROL_ENTRIES_FOR_RECORDS;
    return (offset < end && !wraps) || (control && entry.recordCount() == 0) ? entry.index() : 0;
  }

  Held removeAll() {
    Held held = new Held(new TreeMap<>(byIndex), new TreeMap<>(byOffset));
    byIndex.clear();
    byOffset.clear();
    return held;
  }

  void putBack(Held held) {
    byIndex.putAll(held.byIndex());
    byOffset.putAll(held.byOffset());
  }
}
