package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxExampleTest {
  @TempDir Path directory;

  @Test
  void shouldRefuseAnInputThatIsNotThere() {
    assertThat(refusal(directory.resolve("no").toString(), null, "2")).contains("cannot be read");
  }

  @Test
  void shouldRefuseAnEmptyInput() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    assertThat(refusal(empty.toString(), null, "2")).contains("is empty");
  }

  @Test
  void shouldRefuseALineThatNoRecordHolds() throws IOException {
    Path file = directory.resolve("long");
    Files.writeString(file, "x".repeat(LineReader.MAX_LINE_BYTES + 1) + "\n");
    assertThat(refusal(file.toString(), null, "2")).contains("more than 1048576 bytes");
  }

  @Test
  void shouldRefuseNumbersThatAreNone() {
    assertThat(refusal(null, "-5", "2")).contains("records must be a number from 1 to", "\"-5\"");
    assertThat(refusal(null, "5", "many")).contains("kills must be a number from 1 to", "\"many\"");
  }

  @Test
  void shouldMoveTheConsumerInTheMiddleOfTheKills() {
    assertThat(Action.plan(3))
        .isEqualTo(
            List.of(
                Action.KILL_PRODUCER,
                Action.KILL_CONSUMER,
                Action.MOVE_CONSUMER,
                Action.KILL_PRODUCER));
  }

  private static String refusal(@Nullable String file, @Nullable String records, String kills) {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(told, true, StandardCharsets.UTF_8));
    assertThat(OutboxExample.run(console, file, records, kills)).isEqualTo(OutboxExample.BAD_INPUT);
    return told.toString(StandardCharsets.UTF_8);
  }
}
