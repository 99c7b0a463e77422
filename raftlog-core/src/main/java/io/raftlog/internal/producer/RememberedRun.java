package io.raftlog.internal.producer;

/**
 * Where consecutive records of a producer are.
 *
 * @param firstSequence the first record's sequence
 * @param firstOffset the first record's offset
 * @param timestamp the entry's
 * @param crcs one CRC32C a record
 */
// Never compared; the array is shared with the table's copy and never changed.
@SuppressWarnings("ArrayRecordComponent")
record RememberedRun(long firstSequence, long firstOffset, long timestamp, int[] crcs) {
  long lastSequence() {
    return firstSequence + crcs.length - 1;
  }

  long lastOffset() {
    return firstOffset + crcs.length - 1;
  }

  RememberedRun lastRecordOnly() {
    int last = crcs.length - 1;
    return new RememberedRun(
        firstSequence + last, firstOffset + last, timestamp, new int[] {crcs[last]});
  }
}
