package io.raftlog.examples.outbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Takes the items of an outbox in order, and waits for those to come. Not thread-safe. */
final class OutboxReader implements AutoCloseable {
  private static final long POLL_MILLIS = 5;

  private final LineReader lines;

  private OutboxReader(LineReader lines) {
    this.lines = lines;
  }

  /** Opens an outbox in front of an item; item i is line i, from 0 on. */
  static OutboxReader at(long item, Path outbox) throws InterruptedException {
    try {
      OutboxReader reader = new OutboxReader(new LineReader(Files.newInputStream(outbox)));
      for (long passed = 0; passed < item; passed++) {
        byte[] unused = reader.take();
      }
      return reader;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next item, as soon as there is one. */
  byte[] take() throws InterruptedException {
    try {
      Optional<byte[]> line = lines.next();
      while (line.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        line = lines.next();
      }
      return line.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
