package io.raftlog.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressLinesTest {
  @TempDir private Path folder;
  private Path output;

  @BeforeEach
  void createOutput() throws IOException {
    output = Files.createFile(folder.resolve("output"));
  }

  @Test
  void shouldPassOnEachLineOfProgressOnce() throws IOException {
    ProgressLines lines = new ProgressLines(output);
    assertThat(lines.next()).isEmpty();

    write("[main] WARN something\nprogress: one\nprogress: two\n");
    assertThat(lines.next()).containsExactly("one", "two");

    write("no progress: none\nprogress: three\n");
    assertThat(lines.next()).containsExactly("three");
    assertThat(lines.next()).isEmpty();
  }

  @Test
  void shouldWaitForTheEndOfALine() throws IOException {
    ProgressLines lines = new ProgressLines(output);

    write("progress: one\nprogress: tw");
    assertThat(lines.next()).containsExactly("one");

    write("o\n");
    assertThat(lines.next()).containsExactly("two");
  }

  private void write(String text) throws IOException {
    Files.writeString(output, text, StandardOpenOption.APPEND);
  }
}
