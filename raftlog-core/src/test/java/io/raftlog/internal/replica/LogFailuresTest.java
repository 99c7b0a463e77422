package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeId;
import io.raftlog.RaftLogException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.SubscriptionId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What callers read. */
class LogFailuresTest {
  private static final List<NodeId> MEMBERS = List.of(new NodeId("n1"), new NodeId("n2"));
  private static final SubscriptionId S = SubscriptionId.of("s");

  /** What is asked for, and what it is called. */
  private static final Map<ControlRun, String> CALLS =
      Map.of(
          new ControlRun.Registration(ProducerId.of("p"), 7, 8), "producer \"p\"",
          new ControlRun.Claim(S, 7, 8, 9), "subscription \"s\"",
          new ControlRun.Position(S, 7, 9), "subscription \"s\"",
          new ControlRun.Removal(S, 7), "subscription \"s\"");

  private final LogFailures failures = new LogFailures("orders", MEMBERS);

  @Test
  void shouldTellInTheCallersWordsWhatTimedOut() {
    CALLS.forEach(
        (run, called) -> {
          // given
          PendingAppend call = new PendingAppend.Control(run);
          // when, then
          assertThat(failures.expired(call, true))
              .isInstanceOf(NoLeaderException.class)
              .hasMessageStartingWith("log orders: " + called)
              .hasMessageNotContainingAny("sequence", "[", "nonce", "generation");
          call.handedOn(1);
          assertThat(failures.expired(call, true))
              .isInstanceOf(AppendOutcomeUnknownException.class)
              .hasMessageStartingWith("log orders: " + called)
              .hasMessageNotContainingAny("sequence", "[", "nonce", "generation");
        });
  }

  @Test
  void shouldTellWhoeverWaitsForTheFirstStartThatAllMembersAreNeeded() {
    PendingAppend call = new PendingAppend.Control(new ControlRun.Removal(S, 7));

    assertThat(failures.expired(call, false))
        .isInstanceOf(NoLeaderException.class)
        .hasMessageContainingAll("has not been formed", "n1, n2", "remove it again");
  }

  @Test
  void shouldSayWhatHasStoppedTheReplicaAlsoWhenThatHasNoMessage() {
    Throwable cause = new IllegalStateException();

    assertThat(failures.failed(RaftLogException.Fate.NOT_APPENDED, cause))
        .hasMessageContaining("IllegalStateException")
        .hasMessageNotContaining("null");
  }
}
