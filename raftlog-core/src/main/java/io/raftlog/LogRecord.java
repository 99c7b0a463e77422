package io.raftlog;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log.
 *
 * @param offset its place: 0, 1, 2 … without gaps
 * @param timestamp when the leader took it in, by its wall clock, in milliseconds since 1970; never
 *     decreases along the log
 * @param producerId who appended it
 * @param sequence the producer's number for it
 * @param key read-only, from position 0 to its limit; null when it was appended without one
 * @param headers in their order; unmodifiable
 * @param payload read-only, from position 0 to its limit; shares memory with raftlog's cache, so
 *     keeping it keeps the whole batch in memory: copy with {@link #payloadBytes} what is kept long
 */
public record LogRecord(
    long offset,
    long timestamp,
    String producerId,
    long sequence,
    @Nullable ByteBuffer key,
    List<Header> headers,
    ByteBuffer payload) {
  /**
   * A view of the key with a position of its own.
   *
   * @return read-only, from position 0 to its limit; null when there is none
   */
  @Override
  public @Nullable ByteBuffer key() {
    return key == null ? null : key.duplicate();
  }

  /**
   * A view of the payload with a position of its own.
   *
   * @return read-only, from position 0 to its limit
   */
  @Override
  public ByteBuffer payload() {
    return payload.duplicate();
  }

  /**
   * For people: where it is and whose, and how large. Key and payload are not shown.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return "LogRecord[offset="
        + offset
        + ", timestamp="
        + timestamp
        + ", producerId="
        + producerId
        + ", sequence="
        + sequence
        + ", headers="
        + headers.stream().map(Header::name).toList()
        + ", "
        + payload.remaining()
        + " bytes]";
  }

  /**
   * A copy of the payload.
   *
   * @return its bytes
   */
  public byte[] payloadBytes() {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    return bytes;
  }
}
