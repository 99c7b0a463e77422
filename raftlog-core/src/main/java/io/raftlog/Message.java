package io.raftlog;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to append: a payload, and beside it a key and headers if the application wants them. The log
 * stores them and makes nothing of them. Immutable.
 *
 * <pre>{@code
 * Message.of(payload).withKey(customerId).withHeader("content-type", utf8("application/json"))
 * }</pre>
 */
public final class Message {
  /** Most headers of one message. */
  public static final int MAX_HEADERS = 255;

  private static final int MAX_NAME_BYTES = 255;

  private final byte[] payload;
  private final byte @Nullable [] key;
  private final List<Header> headers;

  private Message(byte[] payload, byte @Nullable [] key, List<Header> headers) {
    this.payload = payload;
    this.key = key;
    this.headers = headers;
  }

  /**
   * A message without key and headers.
   *
   * @param payload copied; may be empty
   * @return the message
   */
  public static Message of(byte[] payload) {
    Objects.requireNonNull(payload, "payload must not be null");
    return new Message(payload.clone(), null, List.of());
  }

  /**
   * The same message with a key, instead of any that it had.
   *
   * @param newKey copied; may be empty
   * @return the message
   */
  public Message withKey(byte[] newKey) {
    Objects.requireNonNull(newKey, "key must not be null");
    return new Message(payload, newKey.clone(), headers);
  }

  /**
   * The same message with one more header, after those that it has.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @param value copied; may be empty
   * @return the message
   * @throws IllegalArgumentException when the name is empty, too long or no Unicode text, or there
   *     are {@link #MAX_HEADERS} already
   */
  public Message withHeader(String name, byte[] value) {
    int nameBytes;
    try {
      nameBytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name)).remaining();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("header name has half of a surrogate pair: " + name, e);
    }
    if (nameBytes == 0 || nameBytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "header name must have 1 to 255 bytes of UTF-8, has " + nameBytes);
    }
    if (headers.size() == MAX_HEADERS) {
      throw new IllegalArgumentException("a message has at most " + MAX_HEADERS + " headers");
    }
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, ByteBuffer.wrap(value.clone()).asReadOnlyBuffer()));
    return new Message(payload, key, List.copyOf(more));
  }

  /**
   * The payload.
   *
   * @return read-only, from position 0 to its limit
   */
  public ByteBuffer payload() {
    return ByteBuffer.wrap(payload).asReadOnlyBuffer();
  }

  /**
   * The key.
   *
   * @return read-only, from position 0 to its limit; null when there is none
   */
  public @Nullable ByteBuffer key() {
    return key == null ? null : ByteBuffer.wrap(key).asReadOnlyBuffer();
  }

  /**
   * The headers.
   *
   * @return in their order, unmodifiable
   */
  public List<Header> headers() {
    return headers;
  }
}
