package io.raftlog.internal.producer;

/**
 * Where consecutive records of a producer are.
 *
 * @param firstSequence the first record's sequence
 * @param firstOffset the first record's offset
 * @param timestamp the entry's
 * @param payloadCrcs one CRC32C a record
 */
// Never compared; the array is shared with the table's copy and never changed.
@SuppressWarnings("ArrayRecordComponent")
record RememberedRun(long firstSequence, long firstOffset, long timestamp, int[] payloadCrcs) {
  long lastSequence() {
    return firstSequence + payloadCrcs.length - 1;
  }

  long lastOffset() {
    return firstOffset + payloadCrcs.length - 1;
  }

  RememberedRun lastRecordOnly() {
    int last = payloadCrcs.length - 1;
    return new RememberedRun(
        firstSequence + last, firstOffset + last, timestamp, new int[] {payloadCrcs[last]});
  }
}
