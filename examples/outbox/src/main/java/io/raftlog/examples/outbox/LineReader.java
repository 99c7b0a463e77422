package io.raftlog.examples.outbox;

import io.raftlog.LogOptions;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Splits a stream at its line feeds, as bytes: whatever the encoding is, it stays as it is. The
 * stream may grow: what has no line feed yet is kept until it has. Not thread-safe.
 */
final class LineReader implements AutoCloseable {
  /** A record holds no more. */
  static final int MAX_LINE_BYTES = LogOptions.DEFAULT_MAX_PAYLOAD_BYTES;

  private final InputStream in;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  LineReader(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The next line, without its line feed; empty when it is not complete yet. */
  Optional<byte[]> next() throws IOException {
    for (int read = in.read(); read >= 0; read = in.read()) {
      if (read == '\n') {
        return Optional.of(rest());
      }
      if (begun.size() == MAX_LINE_BYTES) {
        throw new ExampleException(
            "a line has more than " + MAX_LINE_BYTES + " bytes, which no record holds");
      }
      begun.write(read);
    }
    return Optional.empty();
  }

  /** What comes after the last line feed; empty when nothing does. */
  byte[] rest() {
    byte[] rest = begun.toByteArray();
    begun.reset();
    return rest;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
