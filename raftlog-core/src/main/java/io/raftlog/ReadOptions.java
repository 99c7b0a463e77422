package io.raftlog;

import java.time.Duration;

/**
 * How to read. Immutable; begin with {@link #DEFAULT}.
 *
 * @param maxRecords how many records at most, at least 1; a result may be shorter, since it is also
 *     limited in bytes (4 MiB, but one record at least)
 * @param consistency what the read must see
 * @param timeout how long a linearizable read may wait for a leader; does not concern local reads
 */
public record ReadOptions(int maxRecords, Consistency consistency, Duration timeout) {
  /** How many records a read returns at most unless told otherwise: 10. */
  public static final int DEFAULT_MAX_RECORDS = 10;

  /** 10 records, local, 10 seconds. */
  public static final ReadOptions DEFAULT =
      new ReadOptions(DEFAULT_MAX_RECORDS, Consistency.LOCAL, Duration.ofSeconds(10));

  /** Checks the values. */
  public ReadOptions {
    if (maxRecords < 1) {
      throw new IllegalArgumentException("maxRecords must be at least 1, is " + maxRecords);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive, is " + timeout);
    }
  }

  /**
   * With another number of records.
   *
   * @param newMaxRecords how many records at most, at least 1
   * @return the changed options
   */
  public ReadOptions withMaxRecords(int newMaxRecords) {
    return new ReadOptions(newMaxRecords, consistency, timeout);
  }

  /**
   * With another consistency.
   *
   * @param newConsistency what the read must see
   * @return the changed options
   */
  public ReadOptions withConsistency(Consistency newConsistency) {
    return new ReadOptions(maxRecords, newConsistency, timeout);
  }

  /**
   * With another time limit.
   *
   * @param newTimeout how long a linearizable read may wait, more than zero
   * @return the changed options
   */
  public ReadOptions withTimeout(Duration newTimeout) {
    return new ReadOptions(maxRecords, consistency, newTimeout);
  }
}
