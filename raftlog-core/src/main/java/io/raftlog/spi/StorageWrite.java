package io.raftlog.spi;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LogStorage} has to store atomically. Its parts take effect in the order of the
 * components: first the truncation, then the entries are appended. Any of them may be missing, all
 * of them too: such a write is reported as durable like any other.
 *
 * <p>A write <em>fits</em> when each component is as described here. Raftlog hands over no other; a
 * storage need not check that, but if it does, it throws an {@link IllegalArgumentException} and
 * stores nothing of the write.
 *
 * @param writeId grows by one from write to write, beginning with 1 each time the log is opened
 * @param hardState replaces the stored hard state (at most 1 KiB), or null to leave it; empty is
 *     not null
 * @param truncateFrom every stored entry with this index or a later one is removed; 0 for none. An
 *     index beyond the end removes nothing; one below {@link StoredState#firstIndex} removes all
 *     entries, and the log goes on at its first index
 * @param entries appended; their indexes continue the log without a gap, their terms do not
 *     decrease; may be empty, and may be tens of thousands
 * @param checkpoint replaces the stored checkpoint (at most {@value #MAX_CHECKPOINT_BYTES} bytes),
 *     or null to leave it; empty is not null. Raftlog makes one about every 32 MiB of entries, and
 *     when it closes
 * @param trimBefore every stored entry with a smaller index, of this write too, may be deleted and
 *     is not found any more; at most one beyond the last entry. Then there is no entry, and the log
 *     goes on at this index. 0 for none; an index not above the first one changes nothing
 */
public record StorageWrite(
    long writeId,
    @Nullable ByteBuffer hardState,
    long truncateFrom,
    List<StoredEntry> entries,
    @Nullable ByteBuffer checkpoint,
    long trimBefore) {
  /** The largest checkpoint, in bytes: 64 MiB. */
  public static final int MAX_CHECKPOINT_BYTES = 64 << 20;

  /** Makes the list unmodifiable. */
  public StorageWrite {
    entries = List.copyOf(entries);
  }
}
