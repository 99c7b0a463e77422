package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.LogOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinesTest {
  @TempDir Path directory;

  @Test
  void shouldSplitAtLineFeeds() throws IOException {
    assertThat(linesOf("a\nbc\n")).containsExactly("a", "bc");
  }

  @Test
  void shouldTakeALastLineWithoutLineFeed() throws IOException {
    assertThat(linesOf("a\nbc")).containsExactly("a", "bc");
  }

  @Test
  void shouldKeepEmptyLines() throws IOException {
    assertThat(linesOf("\n\na\n\n")).containsExactly("", "", "a", "");
  }

  @Test
  void shouldKeepEveryByteButTheLineFeed() throws IOException {
    byte[] bytes = {0, (byte) 0xff, '\r', '\n', (byte) 0x80};
    Lines lines = Lines.of(Files.write(directory.resolve("in"), bytes));
    assertThat(lines.line(0)).containsExactly(0, 0xff, '\r');
    assertThat(lines.line(1)).containsExactly(0x80);
    assertThat(lines.hasNulBytes()).isTrue();
  }

  @Test
  void shouldBeginAnewAfterTheLastLine() throws IOException {
    Lines lines = Lines.of(write("a\nb\n"));
    assertThat(lines.line(4)).isEqualTo(lines.line(0));
    assertThat(lines.line(5)).isEqualTo(lines.line(1));
  }

  @Test
  void shouldTakeManyLines() throws IOException {
    assertThat(linesOf("x\n".repeat(5_000))).hasSize(5_000);
  }

  @Test
  void shouldTakeALineAsLongAsAPayloadMayBe() throws IOException {
    String longest = "x".repeat(LogOptions.DEFAULT_MAX_PAYLOAD_BYTES);
    assertThat(linesOf("a\n" + longest + "\n")).containsExactly("a", longest);
  }

  @Test
  void shouldRefuseALineThatNoPayloadHolds() throws IOException {
    Path file = write("a\n" + "x".repeat(LogOptions.DEFAULT_MAX_PAYLOAD_BYTES + 1) + "\n");
    assertThatThrownBy(() -> Lines.of(file))
        .isInstanceOf(ExampleException.class)
        .hasMessageContaining("line 2 has 1048577 bytes")
        .hasMessageContaining("at most 1048576");
  }

  @Test
  void shouldRefuseAnEmptyFile() throws IOException {
    Path file = write("");
    assertThatThrownBy(() -> Lines.of(file))
        .isInstanceOf(ExampleException.class)
        .hasMessageContaining("is empty");
  }

  @Test
  void shouldRefuseAMissingFileAndADirectory() {
    assertThatThrownBy(() -> Lines.of(directory.resolve("missing")))
        .isInstanceOf(ExampleException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> Lines.of(directory))
        .isInstanceOf(ExampleException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void shouldBringASample() {
    assertThat(Lines.sample().count()).isGreaterThan(1_000);
  }

  @Test
  void shouldGiveEachLineToOneProducer() {
    Lines lines = Lines.sample();
    int records = 11;
    List<String> given = new ArrayList<>();
    for (int producer = 0; producer < 3; producer++) {
      Share share = new Share(lines, records, producer, 3);
      for (long sequence = 0; sequence < share.count(); sequence++) {
        given.add(text(share.payload(sequence)));
      }
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      expected.add(text(lines.line(i)));
    }
    assertThat(given).containsExactlyInAnyOrderElementsOf(expected);
  }

  private List<String> linesOf(String content) throws IOException {
    Lines lines = Lines.of(write(content));
    List<String> all = new ArrayList<>();
    for (int i = 0; i < lines.count(); i++) {
      all.add(text(lines.line(i)));
    }
    return all;
  }

  private Path write(String content) throws IOException {
    return Files.writeString(directory.resolve("in"), content);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
