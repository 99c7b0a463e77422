package io.raftlog.spi;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LogStorage} found when it was opened.
 *
 * @param hardState the last durable hard state, or null when none was ever written
 * @param checkpoint the last durable checkpoint, or null when none was ever written
 * @param firstIndex the first entry that was not trimmed; 1 when nothing was ever trimmed, {@code
 *     lastIndex + 1} when there is no entry
 * @param lastIndex the last entry's index; {@code firstIndex - 1} when there is no entry
 * @param terms where each term begins among the entries from firstIndex to lastIndex: strictly
 *     ascending in both term and index, the first with index {@code firstIndex}; empty when there
 *     is no entry. The storage keeps this while it writes, so that opening does not read the log
 */
public record StoredState(
    @Nullable ByteBuffer hardState,
    @Nullable ByteBuffer checkpoint,
    long firstIndex,
    long lastIndex,
    List<TermStart> terms) {
  /** What an empty log has. */
  public static final StoredState EMPTY = new StoredState(null, null, 1, 0, List.of());

  /**
   * Where a term begins.
   *
   * @param term the term
   * @param index the index of the first entry with that term
   */
  public record TermStart(long term, long index) {}

  /** Makes the list unmodifiable. */
  public StoredState {
    terms = List.copyOf(terms);
  }
}
