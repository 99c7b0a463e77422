package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reader finds while the loop appends and evicts, and entries as storages give them. */
class TailCacheTest {
  private static final int ENTRIES = 2_000_000;
  private static final int KEPT = 40;

  /** An entry that claims ten records; nobody here looks at them. */
  private static LogEntry entry(long index) {
    ByteBuffer body = ByteBuffer.allocate(EntryLayout.HEADER_BYTES);
    return LogEntry.seal(
        new EntryHeader(EntryKind.RECORDS, body.limit(), 10, index, 1, (index - 1) * 10, 0, 0),
        body);
  }

  @Test
  @Timeout(120)
  void shouldMissOnlyWhatIsEvicted() throws Exception {
    // given: entries are evicted one by one and many at once, as when much becomes durable
    TailCache cache = new TailCache(KEPT * (long) EntryLayout.HEADER_BYTES, 1);
    AtomicLong applied = new AtomicLong();
    AtomicLong found = new AtomicLong();
    CompletableFuture<Void> loop =
        CompletableFuture.runAsync(
            () -> {
              for (long index = 1; index <= ENTRIES || found.get() == 0; index++) {
                cache.append(entry(index));
                applied.set(index);
                if (index % 3 == 0 || index % 1000 > 950) {
                  cache.evict(index);
                }
              }
            });
    // when
    while (!loop.isDone()) {
      long end = applied.get(); // once: what is applied after the look was not there to be found
      if (end == 0) {
        continue;
      }
      long index = Math.max(1, end - found.get() % (KEPT + 5));
      LogEntry entry = cache.holding(index * 10 - 5);
      // then
      if (entry != null) {
        assertThat(entry.index()).isEqualTo(index);
        found.incrementAndGet();
      } else {
        assertThat(cache.fromIndex()).isGreaterThan(index);
      }
    }
    loop.get();
  }

  @Test
  void shouldParseAnEntryWhateverTheBuffersByteOrder() {
    LogEntry entry = entry(7);
    ByteBuffer stored = ByteBuffer.allocate(entry.length() + 3).position(3);
    stored.put(entry.bytes().duplicate()).position(3);

    LogEntry parsed = LogEntry.parse(stored.order(ByteOrder.LITTLE_ENDIAN));

    assertThat(parsed.index()).isEqualTo(7);
    assertThat(parsed.bytes().order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(stored.position()).isEqualTo(3);
  }
}
