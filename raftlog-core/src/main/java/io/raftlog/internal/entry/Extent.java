package io.raftlog.internal.entry;

import org.jspecify.annotations.Nullable;

/**
 * All that the algorithm sees of an entry.
 *
 * @param index the entry's index
 * @param term the term in which a leader made it
 * @param bytes the whole entry's length
 * @param membership for a membership entry what it says, else null
 */
public record Extent(long index, long term, int bytes, @Nullable Membership membership) {
  /**
   * The extent of an entry.
   *
   * @param header the entry's checked header
   * @param entry holds the entry from its position on; the position is not changed
   * @return the extent
   * @throws MalformedEntryException when a membership entry's body is malformed
   */
  public static Extent of(EntryHeader header, java.nio.ByteBuffer entry) {
    Membership membership =
        header.kind() == EntryKind.MEMBERSHIP
            ? Membership.decode(
                entry.slice(
                    entry.position() + EntryLayout.HEADER_BYTES,
                    header.length() - EntryLayout.HEADER_BYTES))
            : null;
    return new Extent(header.index(), header.term(), header.length(), membership);
  }
}
