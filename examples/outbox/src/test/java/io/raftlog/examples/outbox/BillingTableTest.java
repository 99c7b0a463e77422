package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillingTableTest {
  private static final String OK = "192.0.2.1 - - [now] \"GET /a HTTP/1.1\" 200 15 \"-\" \"-\"";
  private static final String EMPTY = "192.0.2.1 - - [now] \"GET /a HTTP/1.1\" 304 - \"-\" \"-\"";

  @TempDir Path directory;
  private BillingTable table;

  @BeforeEach
  void makeTable() {
    table = new BillingTable(directory.resolve("billing"));
  }

  @Test
  void shouldCountByStatus() {
    table.apply(List.of(record(0, OK), record(1, EMPTY), record(2, OK), record(3, "whatever")));
    assertThat(table.totals().tallies())
        .isEqualTo(
            Map.of(
                "200", new Totals.Tally(2, 30),
                "304", new Totals.Tally(1, 0),
                "none", new Totals.Tally(1, 0)));
    assertThat(table.totals().next()).isEqualTo(4);
  }

  @Test
  void shouldCountOnceWhatIsDeliveredAgain() {
    table.apply(List.of(record(0, OK), record(1, OK)));
    BillingTable afterCrash = new BillingTable(directory.resolve("billing"));
    afterCrash.apply(List.of(record(0, OK), record(1, OK), record(2, OK)));
    assertThat(afterCrash.totals().tallies()).isEqualTo(Map.of("200", new Totals.Tally(3, 45)));
    assertThat(afterCrash.totals().redelivered()).isEqualTo(2);
  }

  @Test
  void shouldCountNothingOfABatchInWhichARecordWasSkipped() {
    table.apply(List.of(record(0, OK)));
    assertThatThrownBy(() -> table.apply(List.of(record(1, OK), record(3, OK))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("offset 3 was delivered, but 2 was not");
    assertThat(table.totals().next()).isEqualTo(1);
  }

  private static LogRecord record(long offset, String line) {
    ByteBuffer payload = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    return new LogRecord(offset, 0, "outbox", offset, null, List.of(), payload);
  }
}
