package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.examples.outbox.LogAudit.Findings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final Console console = new Console(new PrintStream(told, true, StandardCharsets.UTF_8));

  @Test
  void shouldNotBeCleanWhenAnyNodeIsWrong() {
    assertThat(report(Findings.NONE, 0).isClean()).isTrue();
    assertThat(report(Findings.NONE.or(new Findings(1, 0, 0, 0)), 0).isClean()).isFalse();
    assertThat(report(new Findings(0, 1, 0, 0).or(Findings.NONE), 0).isClean()).isFalse();
    assertThat(report(new Findings(0, 0, 1, 0), 0).isClean()).isFalse();
    assertThat(report(new Findings(0, 0, 0, 1), 0).isClean()).isFalse();
    assertThat(report(Findings.NONE, 1).isClean()).isFalse();
  }

  @Test
  void shouldCompareTheTotalsWithTheInput() {
    Input input = Input.of(null, "50");
    Totals counted = new Totals();
    for (int i = 0; i < 49; i++) {
      counted.accept(i, input.line(i));
    }
    assertThat(new Verifier(console, input).miscounted(counted)).isEqualTo(1);
    counted.accept(49, input.line(49));
    assertThat(new Verifier(console, input).miscounted(counted)).isZero();
  }

  private static Report report(Findings findings, int miscounted) {
    return new Report(1, 1, 1, 1, 0, findings, miscounted, 1);
  }
}
