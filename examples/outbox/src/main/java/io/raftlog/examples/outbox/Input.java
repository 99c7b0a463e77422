package io.raftlog.examples.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the application writes into its outbox: the lines of a file, each without its line feed.
 * Immutable; any thread.
 *
 * @param name what it is, for people
 * @param lines the lines of the file
 * @param count how many to write; after the last line comes the first one again
 */
record Input(String name, List<byte[]> lines, int count) {
  /** All lines are in memory: a million access log lines take some 300 MB. */
  static final int MAX_LINES = 1_000_000;

  private static final int SAMPLE_LINES = 2_000;
  private static final long SAMPLE_SEED = 20_261_121;
  private static final List<String> PAGES = List.of("/", "/prices", "/order", "/blog/raft", "/a b");
  private static final List<Integer> STATUSES = List.of(200, 200, 200, 200, 200, 206, 304, 404);

  Input {
    lines = List.copyOf(lines);
  }

  /**
   * The lines of a file, or a sample.
   *
   * @param file the file's name; null for the sample
   * @param records how many lines to write; null for as many as there are
   * @throws ExampleException when it will not do; the message says why
   */
  static Input of(@Nullable String file, @Nullable String records) {
    List<byte[]> lines = file == null ? sample() : read(file);
    int count = records == null ? lines.size() : number("records", records, MAX_LINES);
    return new Input(file == null ? "sample" : file, lines, count);
  }

  /** A number that somebody gave, from 1 to a limit. */
  static int number(String name, String given, int limit) {
    try {
      int number = Integer.parseInt(given);
      if (number >= 1 && number <= limit) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number that will not do.
    }
    throw new ExampleException(
        name + " must be a number from 1 to " + limit + ", but is \"" + given + "\"");
  }

  private static List<byte[]> read(String file) {
    List<byte[]> lines = new ArrayList<>();
    try (LineReader reader = new LineReader(Files.newInputStream(Path.of(file)))) {
      for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
        if (lines.size() == MAX_LINES) {
          throw new ExampleException("input " + file + " has more than " + MAX_LINES + " lines");
        }
        lines.add(line.get());
      }
      byte[] last = reader.rest();
      if (last.length > 0) {
        lines.add(last);
      }
    } catch (IOException | InvalidPathException e) {
      throw new ExampleException("input " + file + " cannot be read: " + e, e);
    }
    if (lines.isEmpty()) {
      throw new ExampleException("input " + file + " is empty: there is nothing to write");
    }
    return lines;
  }

  /** Lines like those of a web server's access log, always the same ones. */
  private static List<byte[]> sample() {
    SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
    List<byte[]> lines = new ArrayList<>();
    for (int i = 0; i < SAMPLE_LINES; i++) {
      String line =
          String.format(
              Locale.ROOT,
              "192.0.2.%d - - [21/Nov/2026:%02d:%02d:%02d +0000] \"GET %s HTTP/1.1\" %d %d \"-\" \"-\"",
              random.nextInt(1, 255),
              i / 3600 % 24,
              i / 60 % 60,
              i % 60,
              PAGES.get(random.nextInt(PAGES.size())),
              STATUSES.get(random.nextInt(STATUSES.size())),
              random.nextInt(100_000));
      lines.add(line.getBytes(StandardCharsets.UTF_8));
    }
    return lines;
  }

  /** One of the lines that are written, from 0 on. */
  byte[] line(int number) {
    return lines.get(number % lines.size());
  }
}
