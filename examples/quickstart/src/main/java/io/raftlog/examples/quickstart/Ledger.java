package io.raftlog.examples.quickstart;

import java.util.Arrays;

/**
 * What one producer has published, and where the log said that each record is. Written by the
 * producer's thread; read by others when that has ended.
 */
final class Ledger {
  private static final long NOT_ACKNOWLEDGED = -1;

  private final String producerId;
  private final RecordSource source;
  private final long[] offsets;

  /** Begins with nothing acknowledged; the source's count must be final. */
  Ledger(String producerId, RecordSource source) {
    this.producerId = producerId;
    this.source = source;
    this.offsets = new long[Math.toIntExact(source.count())];
    Arrays.fill(offsets, NOT_ACKNOWLEDGED);
  }

  String producerId() {
    return producerId;
  }

  RecordSource source() {
    return source;
  }

  void acknowledged(long sequence, long offset) {
    offsets[(int) sequence] = offset;
  }

  /** Whether every record is acknowledged. */
  boolean isComplete() {
    return Arrays.stream(offsets).noneMatch(offset -> offset == NOT_ACKNOWLEDGED);
  }

  private boolean isAcknowledged(long sequence) {
    return offsets[(int) sequence] != NOT_ACKNOWLEDGED;
  }

  /** Whether the record may be at that offset: it is where the log said, or the log never said. */
  boolean allows(long sequence, long offset) {
    return !isAcknowledged(sequence) || offsets[(int) sequence] == offset;
  }
}
