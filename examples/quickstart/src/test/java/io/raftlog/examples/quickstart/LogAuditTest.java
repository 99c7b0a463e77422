package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One bad log for each thing that can be wrong. */
class LogAuditTest {
  private final Ledger a = ledger("a", 3);
  private final Ledger b = ledger("b", 2);

  @Test
  void shouldFindNothingWrongWithAGoodLog() {
    Findings findings = audit("a0", "b0", "a1", "a2", "b1");
    assertThat(findings.isClean()).isTrue();
    assertThat(findings.records()).isEqualTo(5);
  }

  @Test
  void shouldFindALostRecord() {
    assertThat(audit("a0", "b0", "a2", "b1").lost()).isEqualTo(1);
  }

  @Test
  void shouldFindALostEnd() {
    assertThat(audit("a0", "b0").lost()).isEqualTo(3);
  }

  @Test
  void shouldFindADoubledRecord() {
    Findings findings = audit("a0", "b0", "a1", "a1", "a2", "b1");
    assertThat(findings.doubled()).isEqualTo(1);
    assertThat(findings.lost()).isZero();
  }

  @Test
  void shouldFindReorderedRecords() {
    Findings findings = audit("a0", "a2", "a1", "b0", "b1");
    assertThat(findings.reordered()).isEqualTo(1);
    assertThat(findings.lost()).isZero();
  }

  @Test
  void shouldFindARecordThatNobodySent() {
    assertThat(audit("a0", "b0", "a1", "a2", "b1", "b2").foreign()).isEqualTo(1);
    assertThat(audit("a0", "b0", "a1", "a2", "b1", "c0").foreign()).isEqualTo(1);
  }

  @Test
  void shouldFindOtherBytes() {
    LogAudit audit = new LogAudit(List.of(b));
    audit.accept(record(0, "b", 0, "b0"));
    audit.accept(record(1, "b", 1, "something else"));
    assertThat(audit.findings().foreign()).isEqualTo(1);
  }

  @Test
  void shouldFindAGapBetweenOffsets() {
    LogAudit audit = new LogAudit(List.of(b));
    audit.accept(record(0, "b", 0, "b0"));
    audit.accept(record(2, "b", 1, "b1"));
    assertThat(audit.findings().misplaced()).isEqualTo(1);
  }

  @Test
  void shouldFindARecordThatWasAcknowledgedElsewhere() {
    a.acknowledged(1, 1);
    assertThat(audit("a0", "b0", "a1", "a2", "b1").misplaced()).isEqualTo(1);
  }

  @Test
  void shouldTellLogsApartByTheirDigest() {
    String digest = audit("a0", "b0", "a1", "a2", "b1").digest();
    assertThat(audit("a0", "b0", "a1", "a2", "b1").digest()).isEqualTo(digest);
    assertThat(audit("b0", "a0", "a1", "a2", "b1").digest()).isNotEqualTo(digest);
  }

  /** A log with those records, by producer and sequence, at the offsets 0, 1, 2 … */
  private Findings audit(String... records) {
    LogAudit audit = new LogAudit(List.of(a, b));
    for (int offset = 0; offset < records.length; offset++) {
      String name = records[offset];
      audit.accept(record(offset, name.substring(0, 1), name.charAt(1) - '0', name));
    }
    return audit.findings();
  }

  private static LogRecord record(long offset, String producer, long sequence, String payload) {
    return new LogRecord(
        offset, 1, producer, sequence, null, List.of(), ByteBuffer.wrap(bytes(payload)));
  }

  private static Ledger ledger(String producer, long count) {
    return new Ledger(
        producer,
        new RecordSource() {
          @Override
          public long count() {
            return count;
          }

          @Override
          public byte[] payload(long sequence) {
            return bytes(producer + sequence);
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
