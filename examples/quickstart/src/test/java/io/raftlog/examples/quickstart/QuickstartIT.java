package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole quickstart: real sockets, real disks, a killed leader. */
class QuickstartIT {
  private final CapturedConsole captured = new CapturedConsole();

  @Test
  void shouldVerifyTheSample() {
    int exitCode = Quickstart.run(captured.console(), null, null);
    assertThat(exitCode).as(captured.text()).isZero();
    assertThat(captured.lastLine())
        .startsWith("{\"records\":1200,\"appended\":1200,\"duplicates\":")
        .contains("\"lost\":0,\"reordered\":0,\"failoverMillis\":")
        .endsWith("\"verified\":true}");
  }

  @Test
  void shouldVerifyOneLineWithoutLineFeedPublishedOnce(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("one"), "one");
    int exitCode = Quickstart.run(captured.console(), file.toString(), null);
    assertThat(exitCode).as(captured.text()).isZero();
    assertThat(captured.lastLine()).startsWith("{\"records\":1,\"appended\":1,");
  }

  @Test
  void shouldVerifyAwkwardLinesPublishedOverAndOver(@TempDir Path directory) throws Exception {
    byte[] awkward =
        "\n\n\0\u00e4\r\n".repeat(3).concat("x".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(directory.resolve("awkward"), awkward);
    int exitCode = Quickstart.run(captured.console(), file.toString(), "99");
    assertThat(exitCode).as(captured.text()).isZero();
    assertThat(captured.lastLine()).startsWith("{\"records\":99,\"appended\":99,");
  }

  @Test
  void shouldSayWhatIsWrongWithItsInput(@TempDir Path directory) {
    int missing = Quickstart.run(captured.console(), directory.resolve("no").toString(), null);
    assertThat(missing).isEqualTo(Quickstart.BAD_INPUT);
    int badCount = Quickstart.run(captured.console(), null, "-5");
    assertThat(badCount).isEqualTo(Quickstart.BAD_INPUT);
    assertThat(captured.text())
        .contains("no does not exist", "records must be a number from 1 to", "\"-5\"");
    assertThat(captured.lastLine()).startsWith("{\"records\":0,").endsWith("\"verified\":false}");
  }
}
