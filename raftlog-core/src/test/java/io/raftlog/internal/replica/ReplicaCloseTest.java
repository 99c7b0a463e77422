package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.AppendResult;
import io.raftlog.NodeClosedException;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaCloseTest {
  private static final long LIMIT_NANOS = 2 * Configs.ELECTION_NANOS;

  /**
   * Seen: a leader that was cut off with appends in flight took up to twice as long to close, since
   * its loop slept until the next election was due.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldNotSleepPastTheTimeLimitOfClosing(int seed) {
    // given: nobody else can be reached, and an append waits for a leader
    Replica replica = Replicas.lonely(Configs.of(1, 3, 10, 0), new SplittableRandom(seed));
    replica.doWork(0);
    CompletableFuture<AppendResult> append =
        replica.appends().append(ProducerId.of("p"), 0, 0, RecordBodies.of(List.of(new byte[1])));
    replica.doWork(1);
    // when
    replica.beginClose();
    long now = 2;
    replica.doWork(now);
    while (!replica.isClosed() && now < 10 * LIMIT_NANOS) {
      now = replica.nextDeadlineNanos(now);
      replica.doWork(now);
    }
    // then
    assertThat(now).isLessThanOrEqualTo(2 + LIMIT_NANOS);
    assertThatThrownBy(append::join).hasCauseInstanceOf(NodeClosedException.class);
  }
}
