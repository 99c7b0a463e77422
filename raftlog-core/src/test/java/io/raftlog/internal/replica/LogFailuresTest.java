package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.NoLeaderException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.SubscriptionId;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What callers read. */
class LogFailuresTest {
  private static final SubscriptionId S = SubscriptionId.of("s");

  /** What is asked for, and what it is called. */
  private static final Map<ControlRun, String> CALLS =
      Map.of(
          new ControlRun.Registration(ProducerId.of("p"), 7, 8), "producer \"p\"",
          new ControlRun.Claim(S, 7, 8, 9), "subscription \"s\"",
          new ControlRun.Position(S, 7, 9), "subscription \"s\"",
          new ControlRun.Removal(S, 7), "subscription \"s\"");

  private final LogFailures failures = new LogFailures("orders");

  @Test
  void shouldTellInTheCallersWordsWhatTimedOut() {
    CALLS.forEach(
        (run, called) -> {
          // given
          PendingAppend call = new PendingAppend.Control(run);
          // when, then
          assertThat(failures.expired(call))
              .isInstanceOf(NoLeaderException.class)
              .hasMessageStartingWith("log orders: " + called)
              .hasMessageNotContainingAny("sequence", "[", "nonce", "generation");
          call.handedOn(1);
          assertThat(failures.expired(call))
              .isInstanceOf(AppendOutcomeUnknownException.class)
              .hasMessageStartingWith("log orders: " + called)
              .hasMessageNotContainingAny("sequence", "[", "nonce", "generation");
        });
  }
}
