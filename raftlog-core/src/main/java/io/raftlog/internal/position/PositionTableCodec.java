package io.raftlog.internal.position;

import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.SubscriptionId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A position table as bytes, for checkpoints, big-endian: u32 subscriptions, and for each in the
 * order of the names: u8 name length, name, u64 generation, u64 nonce, u64 position. Equal tables
 * have equal bytes.
 */
public final class PositionTableCodec {
  private PositionTableCodec() {}

  /**
   * How long the encoded form is.
   *
   * @param table the table
   * @return bytes
   */
  public static int encodedBytes(PositionTable table) {
    int bytes = Integer.BYTES;
    for (SubscriptionId id : table.ids()) {
      bytes += 1 + id.name().length() + 3 * Long.BYTES;
    }
    return bytes;
  }

  /**
   * Writes the encoded form at the buffer's position.
   *
   * @param table the table
   * @param to where to
   */
  public static void encode(PositionTable table, ByteBuffer to) {
    List<SubscriptionId> ids = table.ids();
    to.putInt(ids.size());
    for (SubscriptionId id : ids) {
      Subscribed subscribed = table.get(id);
      if (subscribed == null) {
        throw new IllegalStateException("subscription " + id + " vanished while it was encoded");
      }
      to.put((byte) id.name().length());
      id.name().put(to);
      to.putLong(subscribed.generation()).putLong(subscribed.nonce());
      to.putLong(subscribed.position());
    }
  }

  /**
   * Reads the encoded form at the buffer's position, and moves it behind that.
   *
   * @param from where from; a checksum over it has been checked
   * @return the table
   */
  public static PositionTable decode(ByteBuffer from) {
    Map<SubscriptionId, Subscribed> subscriptions = new HashMap<>();
    for (int count = from.getInt(); count > 0; count--) {
      int length = from.get() & 0xff;
      ProducerId name = ProducerId.copyOf(from, from.position(), length);
      from.position(from.position() + length);
      subscriptions.put(
          new SubscriptionId(name), new Subscribed(from.getLong(), from.getLong(), from.getLong()));
    }
    return new PositionTable(subscriptions);
  }
}
