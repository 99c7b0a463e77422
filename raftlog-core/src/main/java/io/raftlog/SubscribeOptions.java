package io.raftlog;

import java.util.Objects;

/**
 * How to subscribe. Immutable; begin with {@link #DEFAULT}.
 *
 * @param onTrimmed what to do when the record that comes next was trimmed
 * @param gapListener is told what was left out for that reason
 * @param bufferRecords how many records are read at once and held for the subscriber, at least 1;
 *     never more than it has requested, nor more than a read returns (4 MiB, but one record)
 */
public record SubscribeOptions(OnTrimmed onTrimmed, GapListener gapListener, int bufferRecords) {
  /** How many records are held for a subscriber at most unless told otherwise: 256. */
  public static final int DEFAULT_BUFFER_RECORDS = 256;

  /** Ends when records were trimmed, holds 256 records at most. */
  public static final SubscribeOptions DEFAULT =
      new SubscribeOptions(OnTrimmed.FAIL, (from, to) -> {}, DEFAULT_BUFFER_RECORDS);

  /** Checks the values. */
  public SubscribeOptions {
    Objects.requireNonNull(onTrimmed, "onTrimmed must not be null");
    Objects.requireNonNull(gapListener, "gapListener must not be null");
    if (bufferRecords < 1) {
      throw new IllegalArgumentException("bufferRecords must be at least 1, is " + bufferRecords);
    }
  }

  /**
   * With another way to go on after records that were trimmed. Whatever is left out is logged as a
   * warning, and told to the gap listener.
   *
   * @param newOnTrimmed what to do
   * @return the changed options
   */
  public SubscribeOptions withOnTrimmed(OnTrimmed newOnTrimmed) {
    return new SubscribeOptions(newOnTrimmed, gapListener, bufferRecords);
  }

  /**
   * With somebody who is told what was left out.
   *
   * @param newGapListener the listener
   * @return the changed options
   */
  public SubscribeOptions withGapListener(GapListener newGapListener) {
    return new SubscribeOptions(onTrimmed, newGapListener, bufferRecords);
  }

  /**
   * With another bound for the records that are held for the subscriber.
   *
   * @param newBufferRecords how many at most, at least 1
   * @return the changed options
   */
  public SubscribeOptions withBufferRecords(int newBufferRecords) {
    return new SubscribeOptions(onTrimmed, gapListener, newBufferRecords);
  }
}
