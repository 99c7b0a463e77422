package io.raftlog.internal.entry;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A producer's name, as the bytes that are stored; compares and hashes without decoding them.
 * Immutable.
 */
public final class ProducerId implements Subject {
  /** Equal to no producer's id. */
  static final ProducerId NONE = new ProducerId(new byte[0]);

  private final byte[] utf8;
  private final int hash;

  private ProducerId(byte[] utf8) {
    this.utf8 = utf8;
    this.hash = Arrays.hashCode(utf8);
  }

  /**
   * Checks and encodes a name.
   *
   * @param name what the application calls its producer
   * @return the id
   * @throws IllegalArgumentException when it is empty or longer than {@link
   *     EntryLayout#MAX_PRODUCER_ID_BYTES} bytes of UTF-8
   */
  public static ProducerId of(String name) {
    byte[] utf8 = encode(name);
    if (utf8.length == 0 || utf8.length > EntryLayout.MAX_PRODUCER_ID_BYTES) {
      throw new IllegalArgumentException(
          "the name of a producer or subscription must have 1 to "
              + EntryLayout.MAX_PRODUCER_ID_BYTES
              + " bytes of UTF-8, has "
              + utf8.length);
    }
    return new ProducerId(utf8);
  }

  /** Refuses what is no Unicode text: two such names could otherwise become the same bytes. */
  private static byte[] encode(String name) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
      byte[] utf8 = new byte[encoded.remaining()];
      encoded.get(utf8);
      return utf8;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the name of a producer or subscription must be valid Unicode text", e);
    }
  }

  /**
   * Copies an id out of a buffer.
   *
   * @param buffer holds the bytes at the absolute index
   * @param at where they begin
   * @param length how many
   * @return the id
   */
  public static ProducerId copyOf(ByteBuffer buffer, int at, int length) {
    byte[] utf8 = new byte[length];
    buffer.get(at, utf8);
    return new ProducerId(utf8);
  }

  @Override
  public ProducerId name() {
    return this;
  }

  boolean equalsBytes(ByteBuffer buffer, int at, int length) {
    if (length != utf8.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer.get(at + i) != utf8[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * How long the stored form is.
   *
   * @return bytes, 1 to {@link EntryLayout#MAX_PRODUCER_ID_BYTES}
   */
  public int length() {
    return utf8.length;
  }

  /**
   * Writes the stored form.
   *
   * @param to where to, at its position
   */
  public void put(ByteBuffer to) {
    to.put(utf8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProducerId that && Arrays.equals(utf8, that.utf8);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
