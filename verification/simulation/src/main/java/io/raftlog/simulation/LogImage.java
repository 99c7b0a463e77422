package io.raftlog.simulation;

import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import io.raftlog.spi.StoredState.TermStart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What a disk holds of one log, or will hold when all writes are durable. */
final class LogImage {
  /**
   * An entry, and a hash of it and everything before it: two logs that have it at the same index
   * are the same up to there.
   */
  record Item(StoredEntry entry, long prefixHash) {}

  private @Nullable ByteBuffer hardState;
  private StoredHardState decoded = StoredHardState.NONE;
  private @Nullable ByteBuffer checkpoint;
  private boolean hardStateCorrupted;
  private boolean checkpointCorrupted;

  /** Entry i is at i - 1. */
  private final List<Item> items = new ArrayList<>();

  LogImage() {}

  LogImage(LogImage copied) {
    hardState = copied.hardState;
    decoded = copied.decoded;
    checkpoint = copied.checkpoint;
    hardStateCorrupted = copied.hardStateCorrupted;
    checkpointCorrupted = copied.checkpointCorrupted;
    items.addAll(copied.items);
  }

  /** Takes in a write, whose entries were hashed by {@link #hashed}. */
  void apply(StorageWrite write, List<Item> entries) {
    if (write.truncateFrom() > 0 && write.truncateFrom() <= items.size()) {
      items.subList((int) write.truncateFrom() - 1, items.size()).clear();
    }
    for (Item item : entries) {
      Violation.unless(
          item.entry().index() == items.size() + 1,
          "StorageContract",
          () -> "entry " + item.entry().index() + " written after entry " + items.size());
      items.add(item);
    }
    ByteBuffer newState = write.hardState();
    if (newState != null) {
      hardState = newState;
      decoded = StoredHardState.of(newState);
      hardStateCorrupted = false;
    }
    ByteBuffer newCheckpoint = write.checkpoint();
    if (newCheckpoint != null) {
      checkpoint = newCheckpoint;
      checkpointCorrupted = false;
    }
  }

  /** The entries of a write that is the next to be applied to this image. */
  List<Item> hashed(StorageWrite write) {
    long before = write.entries().isEmpty() ? 0 : prefixHashAt(write.entries().get(0).index() - 1);
    List<Item> hashed = new ArrayList<>(write.entries().size());
    for (StoredEntry entry : write.entries()) {
      CRC32C crc = new CRC32C();
      crc.update(entry.bytes().duplicate());
      before = SeededRandom.mix(before * 31 + crc.getValue());
      hashed.add(new Item(entry, before));
    }
    return hashed;
  }

  long lastIndex() {
    return items.size();
  }

  /** The item at an index that is there. */
  Item at(long index) {
    return items.get((int) index - 1);
  }

  /** 0 before the first entry, -1 after the last. */
  long prefixHashAt(long index) {
    if (index == 0) {
      return 0;
    }
    return index <= items.size() ? at(index).prefixHash() : -1;
  }

  boolean holds(long index, long prefixHash) {
    return index <= items.size() && prefixHashAt(index) == prefixHash;
  }

  @Nullable ByteBuffer hardState() {
    return hardState;
  }

  /** What the hard state says, or said before it was corrupted. */
  StoredHardState decoded() {
    return decoded;
  }

  /** Puts other bytes in the place of the hard state, behind everybody's back. */
  void corruptHardState(ByteBuffer bytes) {
    hardState = bytes;
    hardStateCorrupted = true;
  }

  @Nullable ByteBuffer checkpoint() {
    return checkpoint;
  }

  /** Puts other bytes in the place of the checkpoint, behind everybody's back. */
  void corruptCheckpoint(ByteBuffer bytes) {
    checkpoint = bytes;
    checkpointCorrupted = true;
  }

  /** Whether nobody may start from this: hard state and checkpoint are looked at every time. */
  boolean mustRefuse() {
    return hardStateCorrupted || checkpointCorrupted;
  }

  /** Puts other bytes in the place of an entry's, behind everybody's back. */
  void corrupt(long index, ByteBuffer bytes) {
    Item item = at(index);
    StoredEntry e = item.entry();
    items.set(
        (int) index - 1,
        new Item(
            new StoredEntry(e.index(), e.term(), e.firstOffset(), e.recordCount(), bytes),
            item.prefixHash()));
  }

  StoredState state() {
    List<TermStart> terms = new ArrayList<>();
    long term = 0;
    for (Item item : items) {
      if (item.entry().term() != term) {
        term = item.entry().term();
        terms.add(new TermStart(term, item.entry().index()));
      }
    }
    return new StoredState(hardState, checkpoint, 1, items.size(), terms);
  }

  List<ByteBuffer> read(long fromIndex, int maxBytes) {
    List<ByteBuffer> read = new ArrayList<>();
    long bytes = 0;
    for (long index = Math.max(1, fromIndex); index <= items.size(); index++) {
      if (fromIndex < 1) {
        break;
      }
      ByteBuffer entry = at(index).entry().bytes();
      bytes += entry.remaining();
      if (bytes > maxBytes && !read.isEmpty()) {
        break;
      }
      read.add(entry.duplicate());
    }
    return read;
  }

  long indexOf(long offset) {
    int low = 0;
    int high = items.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      StoredEntry entry = items.get(middle).entry();
      if (offset < entry.firstOffset()) {
        high = middle - 1;
      } else if (offset >= entry.firstOffset() + entry.recordCount()) {
        low = middle + 1;
      } else {
        return entry.index();
      }
    }
    return 0;
  }
}
