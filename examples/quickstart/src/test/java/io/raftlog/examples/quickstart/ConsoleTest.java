package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void shouldPrintPlainLinesWhereThereIsNoTerminal() {
    Console console = new Console(out, false);
    console.say("%,d records", 1_000);
    console.update("half");
    console.erase();
    console.print("{}");
    assertThat(printed().lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith(" s  1,000 records"),
            line -> assertThat(line).endsWith(" s  half"),
            line -> assertThat(line).isEqualTo("{}"));
    assertThat(printed()).doesNotContain("\r", "\u001b");
  }

  @Test
  void shouldUpdateOneLineOnATerminal() {
    Console console = new Console(out, true);
    console.update("half");
    console.update("all");
    console.erase();
    console.print("{}");
    assertThat(printed())
        .containsPattern("^\r\u001b\\[K.*half\r\u001b\\[K.*all\r\u001b\\[K\\{}\n$");
  }

  @Test
  void shouldReportInJson() {
    assertThat(new Report(4, 4, 1, 0, 0, OptionalLong.of(210), 99, true).json())
        .isEqualTo(
            "{\"records\":4,\"appended\":4,\"duplicates\":1,\"lost\":0,\"reordered\":0,"
                + "\"failoverMillis\":210,\"appendsPerSecond\":99,\"verified\":true}");
    assertThat(Report.failed(4).json()).contains("\"failoverMillis\":null", "\"verified\":false");
    assertThat(new KillReport(3, 9, 0, 0, 0, List.of(30L, 10L, 20L), true).json())
        .isEqualTo(
            "{\"rounds\":3,\"appended\":9,\"lost\":0,\"reordered\":0,\"duplicated\":0,"
                + "\"failoverMillis\":{\"p50\":20,\"max\":30},\"verified\":true}");
    assertThat(KillReport.failed(3).json()).contains("{\"p50\":null,\"max\":null}");
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
