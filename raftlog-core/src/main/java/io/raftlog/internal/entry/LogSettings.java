package io.raftlog.internal.entry;

import java.nio.ByteBuffer;

/**
 * What all replicas of a log must have in common, since what they remember depends on it. Agreed on
 * when the cluster is formed.
 *
 * @param maxProducers how many producers are remembered
 * @param producerExpiryNanos after how much log time without an append a producer is forgotten
 */
public record LogSettings(int maxProducers, long producerExpiryNanos) {
  /** How long the encoded form is. */
  public static final int BYTES = 12;

  /** Checks the values, which may come from another node. */
  public LogSettings {
    if (maxProducers < 1 || producerExpiryNanos < 1) {
      throw new MalformedEntryException(
          "membership with maxProducers="
              + maxProducers
              + " producerExpiryNanos="
              + producerExpiryNanos);
    }
  }

  /**
   * Writes the encoded form at the buffer's position.
   *
   * @param to where to
   */
  public void encode(ByteBuffer to) {
    to.putInt(maxProducers).putLong(producerExpiryNanos);
  }

  /**
   * Reads the encoded form from the buffer's position.
   *
   * @param from where from
   * @return the settings
   * @throws MalformedEntryException when they make no sense
   */
  public static LogSettings decode(ByteBuffer from) {
    return new LogSettings(from.getInt(), from.getLong());
  }
}
