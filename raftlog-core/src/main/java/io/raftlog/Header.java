package io.raftlog;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A named value that travels beside a record's payload. Names may occur several times; their order
 * is kept.
 *
 * @param name 1 to 255 bytes of UTF-8
 * @param value read-only, from position 0 to its limit
 */
public record Header(String name, ByteBuffer value) {
  /** Checks that nothing is missing. */
  public Header {
    Objects.requireNonNull(name, "header name must not be null");
    Objects.requireNonNull(value, "header value must not be null");
  }

  /**
   * A view of the value with a position of its own.
   *
   * @return read-only, from position 0 to its limit
   */
  @Override
  public ByteBuffer value() {
    return value.duplicate();
  }
}
