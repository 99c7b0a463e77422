package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineReaderTest {
  @TempDir Path directory;

  @Test
  void shouldGiveALineOnlyWhenItIsComplete() throws IOException {
    Path file = Files.writeString(directory.resolve("outbox"), "one\ntw");
    try (LineReader reader = new LineReader(Files.newInputStream(file))) {
      assertThat(reader.next()).hasValue(bytes("one"));
      assertThat(reader.next()).isEmpty();
      Files.writeString(file, "o\n", StandardOpenOption.APPEND);
      assertThat(reader.next()).hasValue(bytes("two"));
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void shouldKeepEveryByteButTheLineFeed() throws IOException {
    byte[] content = {0, (byte) 0xff, '\r', '\n', '\n', (byte) 0x80};
    Path file = Files.write(directory.resolve("outbox"), content);
    try (LineReader reader = new LineReader(Files.newInputStream(file))) {
      assertThat(reader.next()).hasValue(new byte[] {0, (byte) 0xff, '\r'});
      assertThat(reader.next()).hasValue(new byte[0]);
      assertThat(reader.next()).isEmpty();
      assertThat(reader.rest()).containsExactly(0x80);
    }
  }

  @Test
  void shouldResumeInFrontOfAnItem() throws Exception {
    Path file = Files.writeString(directory.resolve("outbox"), "zero\none\ntwo\n");
    try (OutboxReader items = OutboxReader.at(2, file)) {
      assertThat(items.take()).isEqualTo(bytes("two"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
