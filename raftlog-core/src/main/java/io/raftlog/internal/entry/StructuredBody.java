package io.raftlog.internal.entry;

import io.raftlog.Header;
import io.raftlog.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a record that has more than a payload; see {@link EntryLayout}.
 *
 * @param key the key, or null
 * @param headers in their order
 * @param payload the payload
 */
public record StructuredBody(@Nullable ByteBuffer key, List<Header> headers, ByteBuffer payload) {
  private static final int NO_KEY = -1;

  static byte[] encode(Message message) {
    ByteBuffer key = message.key();
    int length = 4 + (key == null ? 0 : key.remaining()) + 1 + message.payload().remaining();
    List<byte[]> names = new ArrayList<>();
    for (Header header : message.headers()) {
      byte[] name = header.name().getBytes(StandardCharsets.UTF_8);
      names.add(name);
      length = Math.addExact(length, 1 + name.length + 4 + header.value().remaining());
    }
    ByteBuffer to = ByteBuffer.allocate(length);
    to.putInt(key == null ? NO_KEY : key.remaining());
    if (key != null) {
      to.put(key);
    }
    to.put((byte) names.size());
    for (int i = 0; i < names.size(); i++) {
      ByteBuffer value = message.headers().get(i).value();
      to.put((byte) names.get(i).length).put(names.get(i));
      to.putInt(value.remaining()).put(value);
    }
    to.put(message.payload());
    return to.array();
  }

  /**
   * Reads a body, or finds that it is none.
   *
   * @param body from position to limit; its position moves
   * @return views of it
   * @throws MalformedEntryException when the bytes are no such body
   */
  public static StructuredBody decode(ByteBuffer body) {
    int keyLength = length(body, Integer.BYTES);
    ByteBuffer key = keyLength == NO_KEY ? null : view(body, keyLength);
    int count = length(body, 1);
    List<Header> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ByteBuffer name = view(body, length(body, 1));
      ByteBuffer value = view(body, length(body, Integer.BYTES));
      headers.add(new Header(StandardCharsets.UTF_8.decode(name).toString(), value));
    }
    return new StructuredBody(key, List.copyOf(headers), view(body, body.remaining()));
  }

  /** Refuses what {@link #decode} refuses, and makes nothing; the position moves. */
  static void check(ByteBuffer body) {
    int keyLength = length(body, Integer.BYTES);
    skip(body, keyLength == NO_KEY ? 0 : keyLength);
    for (int count = length(body, 1); count > 0; count--) {
      skip(body, length(body, 1));
      skip(body, length(body, Integer.BYTES));
    }
  }

  private static void skip(ByteBuffer body, int length) {
    if (length < 0 || length > body.remaining()) {
      throw new MalformedEntryException(
          "malformed record: a key, header or payload of "
              + length
              + " bytes, of "
              + body.remaining());
    }
    body.position(body.position() + length);
  }

  private static int length(ByteBuffer body, int bytes) {
    if (body.remaining() < bytes) {
      throw new MalformedEntryException("malformed record: key and headers end too early");
    }
    return bytes == 1 ? body.get() & 0xff : body.getInt();
  }

  private static ByteBuffer view(ByteBuffer body, int length) {
    int from = body.position();
    skip(body, length);
    return body.slice(from, length).asReadOnlyBuffer();
  }
}
