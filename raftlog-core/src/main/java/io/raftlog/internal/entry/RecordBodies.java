package io.raftlog.internal.entry;

import io.raftlog.Message;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The records of one append as they are going to be stored, with their checksums. Whoever makes one
 * keeps the arrays from being changed for as long as it is used.
 */
public final class RecordBodies {
  /** Never changed. */
  private static final BitSet NONE = new BitSet();

  private final List<byte[]> bodies;
  private final int[] crcs;

  /** Which of them have more than a payload; empty if none has. */
  private final BitSet structured;

  private RecordBodies(List<byte[]> bodies) {
    this(bodies, NONE);
  }

  RecordBodies(List<byte[]> bodies, BitSet structured) {
    this.bodies = bodies;
    this.structured = structured;
    this.crcs = new int[bodies.size()];
    for (int i = 0; i < crcs.length; i++) {
      CRC32C crc = new CRC32C();
      crc.update(bodies.get(i));
      crcs[i] = (int) crc.getValue();
    }
  }

  /**
   * Payloads alone.
   *
   * @param payloads not copied
   * @return the bodies
   */
  public static RecordBodies of(List<byte[]> payloads) {
    return new RecordBodies(List.copyOf(payloads));
  }

  /**
   * Payloads alone, independent of whoever made them.
   *
   * @param payloads copied here
   * @return the bodies
   */
  public static RecordBodies copyOf(List<byte[]> payloads) {
    List<byte[]> own = new ArrayList<>(payloads.size());
    for (byte[] payload : payloads) {
      own.add(payload.clone());
    }
    return new RecordBodies(own);
  }

  /**
   * One payload alone, independent of whoever made it.
   *
   * @param payload copied here
   * @return the body
   */
  public static RecordBodies copyOf(byte[] payload) {
    return new RecordBodies(List.of(payload.clone()));
  }

  /**
   * Payloads with keys and headers. Those that have neither are the same as payloads alone.
   *
   * @param messages encoded here
   * @return the bodies
   */
  public static RecordBodies ofMessages(List<Message> messages) {
    List<byte[]> bodies = new ArrayList<>(messages.size());
    BitSet structured = new BitSet();
    for (Message message : messages) {
      if (message.key() == null && message.headers().isEmpty()) {
        byte[] payload = new byte[message.payload().remaining()];
        message.payload().get(payload);
        bodies.add(payload);
      } else {
        structured.set(bodies.size());
        bodies.add(StructuredBody.encode(message));
      }
    }
    return new RecordBodies(bodies, structured);
  }

  /**
   * How many records.
   *
   * @return the count
   */
  public int count() {
    return crcs.length;
  }

  /**
   * The length of the longest.
   *
   * @return bytes, key and headers included
   */
  public int longest() {
    int longest = 0;
    for (byte[] body : bodies) {
      longest = Math.max(longest, body.length);
    }
    return longest;
  }

  /**
   * Each record's checksum.
   *
   * @return CRC32C; shared, not to be changed
   */
  public int[] crcs() {
    return crcs;
  }

  List<byte[]> bodies() {
    return bodies;
  }

  boolean isStructured(int number) {
    return structured.get(number);
  }
}
