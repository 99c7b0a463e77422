package io.raftlog.internal.entry;

/**
 * A durable subscription's name.
 *
 * @param name as it is stored; its rules are those of producer ids
 */
public record SubscriptionId(ProducerId name) implements Subject {
  /**
   * Checks and encodes a name.
   *
   * @param name what the application calls its subscription
   * @return the id
   * @throws IllegalArgumentException when it is empty or longer than {@link
   *     EntryLayout#MAX_PRODUCER_ID_BYTES} bytes of UTF-8
   */
  public static SubscriptionId of(String name) {
    return new SubscriptionId(ProducerId.of(name));
  }

  @Override
  public String toString() {
    return name.toString();
  }
}
