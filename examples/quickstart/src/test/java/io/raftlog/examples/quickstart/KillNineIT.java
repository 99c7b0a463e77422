package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Three processes, whose leader is killed three times under load. */
class KillNineIT {
  @Test
  void shouldLoseNothingWhenLeadersAreKilled() {
    CapturedConsole captured = new CapturedConsole();
    int exitCode = KillNine.run(captured.console(), 3);
    assertThat(exitCode).as(captured.text()).isZero();
    assertThat(captured.lastLine())
        .startsWith("{\"rounds\":3,\"appended\":")
        .contains("\"lost\":0,\"reordered\":0,\"duplicated\":0")
        .endsWith("\"verified\":true}");
  }
}
