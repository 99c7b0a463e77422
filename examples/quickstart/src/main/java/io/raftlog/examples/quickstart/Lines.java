package io.raftlog.examples.quickstart;

import io.raftlog.LogOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The lines of a text file, each without its line feed, as bytes: whatever the encoding is, it
 * stays as it is. Immutable; any thread.
 */
final class Lines {
  private static final String SAMPLE = "orders.txt";
  private static final int MAX_LINE_BYTES = LogOptions.DEFAULT_MAX_PAYLOAD_BYTES;

  private final String name;
  private final ByteBuffer bytes;

  /** Where each line begins, and at the end where another one would. */
  private final int[] starts;

  private final boolean hasNulBytes;

  private Lines(String name, ByteBuffer bytes) {
    this.name = name;
    this.bytes = bytes;
    int[] found = new int[1024];
    int count = 0;
    int start = 0;
    boolean nul = false;
    for (int i = 0; i < bytes.limit(); i++) {
      byte current = bytes.get(i);
      nul |= current == 0;
      if (current == '\n' || i == bytes.limit() - 1) {
        if (count + 2 > found.length) {
          found = Arrays.copyOf(found, 2 * found.length);
        }
        found[count++] = start;
        start = i + 1;
      }
    }
    found[count] = start;
    this.starts = Arrays.copyOf(found, count + 1);
    this.hasNulBytes = nul;
  }

  /** The sample that comes with this example. */
  static Lines sample() {
    try (InputStream in = Lines.class.getResourceAsStream(SAMPLE)) {
      if (in == null) {
        throw new ExampleException("the sample " + SAMPLE + " is not on the class path");
      }
      return new Lines("sample " + SAMPLE, ByteBuffer.wrap(in.readAllBytes()));
    } catch (IOException e) {
      throw new ExampleException("the sample " + SAMPLE + " cannot be read", e);
    }
  }

  /**
   * The lines of a file, which must not change from now on.
   *
   * @throws ExampleException when it cannot be published; the message says why
   */
  static Lines of(Path file) {
    Path absolute = file.toAbsolutePath();
    if (Files.notExists(file)) {
      throw new ExampleException("input " + absolute + " does not exist");
    }
    if (!Files.isRegularFile(file)) {
      throw new ExampleException("input " + absolute + " is not a regular file");
    }
    Lines lines = new Lines(file.toString(), map(file, absolute));
    if (lines.count() == 0) {
      throw new ExampleException("input " + absolute + " is empty: there is nothing to publish");
    }
    lines.checkLengths(absolute);
    return lines;
  }

  private static ByteBuffer map(Path file, Path absolute) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new ExampleException(
            "input "
                + absolute
                + " has "
                + channel.size()
                + " bytes; this example takes up to 2 GiB");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new ExampleException("input " + absolute + " cannot be read: " + e, e);
    }
  }

  private void checkLengths(Path absolute) {
    for (int i = 0; i < count(); i++) {
      int length = end(i) - starts[i];
      if (length > MAX_LINE_BYTES) {
        throw new ExampleException(
            "input "
                + absolute
                + ": line "
                + (i + 1)
                + " has "
                + length
                + " bytes, but a record holds at most "
                + MAX_LINE_BYTES
                + (hasNulBytes ? "; and this does not seem to be a text file" : ""));
      }
    }
  }

  String name() {
    return name;
  }

  int count() {
    return starts.length - 1;
  }

  /** Whether it contains bytes that no text has; its lines can be published all the same. */
  boolean hasNulBytes() {
    return hasNulBytes;
  }

  /** A copy of a line; after the last one comes the first one again. */
  byte[] line(long number) {
    int i = (int) (number % count());
    byte[] line = new byte[end(i) - starts[i]];
    bytes.get(starts[i], line);
    return line;
  }

  /** Where a line ends, its line feed not included; the last line may have none. */
  private int end(int i) {
    int end = starts[i + 1];
    return bytes.get(end - 1) == '\n' ? end - 1 : end;
  }
}
