package io.raftlog.testkit;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes writes of every shape that a replica may hand over, the same for the same seed. Not
 * thread-safe.
 */
final class RandomWrites {
  private static final int MAX_HARD_STATE_BYTES = 1 << 10;
  private static final int MAX_CHECKPOINT_BYTES = 20_000;
  private static final int MAX_ENTRIES = 8;
  private static final int MAX_RECORDS = 5;

  private final Random random;

  RandomWrites(long seed) {
    random = new Random(seed);
  }

  /** The next write to a log that looks like the model; does not change the model. */
  StorageWrite next(long writeId, LogModel model) {
    ByteBuffer hardState = oneOutOf(2) ? bytes(random.nextInt(MAX_HARD_STATE_BYTES + 1)) : null;
    long truncateFrom = oneOutOf(6) ? somewhereToTruncate(model) : 0;
    LogModel truncated = new LogModel(model);
    truncated.apply(new StorageWrite(writeId, null, truncateFrom, List.of(), null, 0));
    List<StoredEntry> entries = oneOutOf(8) ? List.of() : entries(truncated);
    ByteBuffer checkpoint = oneOutOf(10) ? bytes(random.nextInt(MAX_CHECKPOINT_BYTES)) : null;
    long end = truncated.lastIndex() + entries.size() + 1;
    long trimBefore = oneOutOf(12) ? between(Math.max(1, model.firstIndex() - 2), end) : 0;
    return new StorageWrite(writeId, hardState, truncateFrom, entries, checkpoint, trimBefore);
  }

  /** Mostly near the end; now and then beyond it, at the first entry, or before it. */
  private long somewhereToTruncate(LogModel model) {
    return switch (random.nextInt(6)) {
      case 0 -> model.lastIndex() + 1 + random.nextInt(3);
      case 1 -> oneOutOf(3) ? Math.max(1, model.firstIndex() - random.nextInt(3)) : 0;
      case 2 -> between(model.firstIndex(), model.lastIndex() + 1);
      default -> Math.max(model.firstIndex(), model.lastIndex() - random.nextInt(10));
    };
  }

  private List<StoredEntry> entries(LogModel model) {
    List<StoredEntry> entries = new ArrayList<>();
    long index = model.lastIndex() + 1;
    long term = Math.max(1, model.lastTerm());
    long offset = model.nextOffset();
    int count = 1 + random.nextInt(MAX_ENTRIES);
    for (int i = 0; i < count; i++) {
      term += oneOutOf(6) ? 1 + random.nextInt(3) : 0;
      int records = oneOutOf(3) ? 0 : 1 + random.nextInt(MAX_RECORDS);
      entries.add(new StoredEntry(index, term, offset, records, bytes(1 + entryBytes())));
      index++;
      offset += records;
    }
    return entries;
  }

  private int entryBytes() {
    int kind = random.nextInt(20);
    return random.nextInt(kind == 0 ? 100_000 : kind < 5 ? 5_000 : 200);
  }

  private ByteBuffer bytes(int length) {
    BufferKind[] kinds = BufferKind.values();
    return kinds[random.nextInt(kinds.length)].of(SeededBytes.array(random.nextLong(), length));
  }

  private boolean oneOutOf(int count) {
    return random.nextInt(count) == 0;
  }

  private long between(long from, long toInclusive) {
    return from + (long) (random.nextDouble() * (toInclusive - from + 1));
  }
}
