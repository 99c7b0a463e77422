package io.raftlog.spi;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LogStorage} found when it was opened: what all writes up to one of them have left.
 * That is the last one that was reported as durable, or a later one.
 *
 * <p>Raftlog takes all of it for durable, and vouches for it to other nodes. So what a write has
 * left that was not reported is either made durable before it is returned, or dropped. To read it
 * is no proof:
 *
 * <ol>
 *   <li>An fsync fails. The operating system takes the pages for written, though they are not.
 *   <li>The process is started again, reads them from memory, and its fsync succeeds, since there
 *       is nothing to write.
 *   <li>The power fails, and they are gone.
 * </ol>
 *
 * <p>What helps is to write the same bytes once more before that fsync. What was reported and is
 * not there is another matter: see {@link NodeStorage}.
 *
 * <p>Raftlog then reads and checks every entry after the checkpoint. What contradicts itself, or
 * ends before what is known to be committed, makes the start fail as corrupted.
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
