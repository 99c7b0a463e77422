package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.LogRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogAuditTest {
  private final Input input = Input.of(null, "3");
  private final LogAudit audit = new LogAudit(input);

  @Test
  void shouldFindNothingWhenTheLogIsTheInput() {
    audit.accept(record(0, 0, input.line(0)));
    audit.accept(record(1, 1, input.line(1)));
    audit.accept(record(2, 2, input.line(2)));
    assertThat(audit.findings()).isEqualTo(LogAudit.Findings.NONE);
  }

  @Test
  void shouldFindWhatIsLostAndDoubled() {
    audit.accept(record(0, 0, input.line(0)));
    audit.accept(record(1, 0, input.line(0)));
    assertThat(audit.findings()).isEqualTo(new LogAudit.Findings(2, 1, 0, 0));
  }

  @Test
  void shouldFindWhatIsOutOfOrder() {
    audit.accept(record(0, 1, input.line(1)));
    audit.accept(record(1, 0, input.line(0)));
    audit.accept(record(2, 2, input.line(2)));
    assertThat(audit.findings()).isEqualTo(new LogAudit.Findings(0, 0, 2, 0));
  }

  @Test
  void shouldFindWhatIsNoLineOfTheInput() {
    audit.accept(record(0, 0, new byte[] {1}));
    audit.accept(record(1, 3, input.line(0)));
    assertThat(audit.findings()).isEqualTo(new LogAudit.Findings(3, 0, 0, 2));
  }

  private static LogRecord record(long offset, long sequence, byte[] payload) {
    ByteBuffer bytes = ByteBuffer.wrap(payload).asReadOnlyBuffer();
    return new LogRecord(offset, 0, "outbox", sequence, null, List.of(), bytes);
  }
}
