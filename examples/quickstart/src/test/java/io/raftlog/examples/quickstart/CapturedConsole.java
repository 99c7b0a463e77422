package io.raftlog.examples.quickstart;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What an example says, for a test. */
final class CapturedConsole {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Console console() {
    return new Console(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  String lastLine() {
    return text().lines().reduce("", (before, line) -> line);
  }
}
