package io.raftlog.internal.entry;

/**
 * An entry's header; see {@link EntryLayout}.
 *
 * @param kind what the body holds
 * @param length bytes of the whole entry, header included
 * @param recordCount how many records the body holds
 * @param index the entry's index, from 1
 * @param term the term in which a leader made it
 * @param firstOffset of the first record, or for a control entry, of the next record
 * @param timestamp wall clock, milliseconds since 1970
 * @param logTimeNanos steady-clock time under leaders
 */
public record EntryHeader(
    EntryKind kind,
    int length,
    int recordCount,
    long index,
    long term,
    long firstOffset,
    long timestamp,
    long logTimeNanos) {
  /** Checks what can be checked without the body. */
  public EntryHeader {
    boolean plausible =
        length >= EntryLayout.HEADER_BYTES
            && recordCount >= 0
            && index > 0
            && term > 0
            && firstOffset >= 0
            && (kind == EntryKind.RECORDS || recordCount == 0);
    if (!plausible) {
      throw new MalformedEntryException(
          "implausible entry header: kind="
              + kind
              + " length="
              + length
              + " records="
              + recordCount
              + " index="
              + index
              + " term="
              + term
              + " firstOffset="
              + firstOffset);
    }
  }

  /**
   * The offset after this entry's records.
   *
   * @return the end, exclusive
   */
  public long endOffset() {
    return firstOffset + recordCount;
  }
}
