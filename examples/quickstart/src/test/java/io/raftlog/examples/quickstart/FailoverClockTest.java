package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendResult;
import org.junit.jupiter.api.Test;

class FailoverClockTest {
  private final FailoverClock clock = new FailoverClock();

  @Test
  void shouldTakeOnlyANewRecordThatWasSentAfterTheKill() {
    long before = System.nanoTime();
    clock.acknowledged(acknowledgement(before, AppendResult.Outcome.APPENDED));
    clock.killing();
    clock.killed();
    clock.acknowledged(acknowledgement(before, AppendResult.Outcome.APPENDED));
    long after = System.nanoTime() + 1;
    clock.acknowledged(acknowledgement(after, AppendResult.Outcome.DUPLICATE));
    assertThat(clock.failover()).isNotDone();

    clock.acknowledged(acknowledgement(after, AppendResult.Outcome.APPENDED));

    assertThat(clock.failover()).isDone();
    assertThat(clock.failover().join()).isPositive();
  }

  private static Acknowledgement acknowledgement(long sentNanos, AppendResult.Outcome outcome) {
    return new Acknowledgement("p", 0, sentNanos, new AppendResult(0, 1, outcome));
  }
}
