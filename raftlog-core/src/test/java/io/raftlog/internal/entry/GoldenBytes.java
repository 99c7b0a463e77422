package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Compares bytes with a file of hexadecimal digits, in which white space means nothing. */
public final class GoldenBytes {
  private static final int BYTES_A_LINE = 32;

  private GoldenBytes() {}

  /**
   * Fails unless the bytes are the file's. With {@code -Dgolden.update=true} the file is written
   * instead, for a change that is meant; look at the difference before you commit it.
   *
   * @param resource the file below golden/, without .hex
   * @param actual the bytes
   * @param whenChanged what a difference means, for whoever sees the failure
   */
  public static void assertGolden(String resource, byte[] actual, String whenChanged) {
    if (Boolean.getBoolean("golden.update")) {
      write(resource, actual);
      return;
    }
    assertThat(hex(actual))
        .as("golden/%s.hex%n%s", resource, whenChanged)
        .isEqualTo(hex(read(resource)));
  }

  /**
   * The bytes in a file.
   *
   * @param resource the file below golden/, without .hex
   * @return the bytes
   */
  public static byte[] read(String resource) {
    String path = "/golden/" + resource + ".hex";
    try (InputStream file = GoldenBytes.class.getResourceAsStream(path)) {
      if (file == null) {
        return fail("src/test/resources" + path + " is missing");
      }
      String digits = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(String resource, byte[] bytes) {
    try {
      Files.writeString(Path.of("src/test/resources/golden/" + resource + ".hex"), hex(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As in the file, so that it can be pasted there once the change is meant. */
  private static String hex(byte[] bytes) {
    StringBuilder lines = new StringBuilder();
    for (int from = 0; from < bytes.length; from += BYTES_A_LINE) {
      int to = Math.min(from + BYTES_A_LINE, bytes.length);
      lines.append(HexFormat.of().formatHex(bytes, from, to)).append('\n');
    }
    return lines.toString();
  }
}
