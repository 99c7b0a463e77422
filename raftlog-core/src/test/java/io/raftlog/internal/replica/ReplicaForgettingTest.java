package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendResult;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of producers ends, of more at once than are known by name. */
class ReplicaForgettingTest {
  private static final int MANY = 20_000;
  private static final long EXPIRY_NANOS = 10_000 * Configs.ELECTION_NANOS;
  private static final RecordBodies RECORD = RecordBodies.of(List.of(new byte[1]));

  private final Replica replica =
      Replicas.lonely(
          Configs.of(1, 1, new LogSettings(2 * MANY, EXPIRY_NANOS), 0), new SplittableRandom(1));
  private long now;

  @BeforeEach
  void manyExpireAtOnce() {
    CompletableFuture<AppendResult> last = append("p0", 0);
    for (int i = 1; i < MANY; i++) {
      last = append("p" + i, 0);
      if (i % 1_000 == 0) {
        outcome(last);
      }
    }
    outcome(last);
    idle(EXPIRY_NANOS / 2);
    outcome(append("active", 0));
    idle(EXPIRY_NANOS / 2);
  }

  /** Seen: every plain append was asked to come again when an entry was there that never came. */
  @Test
  void shouldGoOnWithAProducerThatIsKnown() {
    assertThat(outcome(append("active", 1)).offset()).isEqualTo(MANY + 1);
  }

  @Test
  void shouldBeginWithANewProducer() {
    assertThat(outcome(append("new", 0)).offset()).isEqualTo(MANY + 1);
  }

  @Test
  void shouldRegisterANewProducer() {
    ControlRun registration = new ControlRun.Registration(ProducerId.of("new"), 0, 7);

    assertThat(outcome(replica.appends().append(registration)).isDone()).isTrue();
  }

  /** Seen: when all nodes stood still for so long, every producer was forgotten. */
  @Test
  void shouldNotCountHowLongTheLeaderStoodStill() {
    now += 2 * EXPIRY_NANOS;

    assertThat(outcome(append("active", 1)).offset()).isEqualTo(MANY + 1);
  }

  private void idle(long nanos) {
    for (long end = now + nanos; now < end; ) {
      replica.doWork(now);
      now = Math.min(end, Math.max(now + 1, replica.nextDeadlineNanos(now)));
    }
  }

  private CompletableFuture<AppendResult> append(String producer, long sequence) {
    return replica.appends().append(ProducerId.of(producer), 0, sequence, RECORD);
  }

  private <T> T outcome(CompletableFuture<T> called) {
    for (int round = 0; !called.isDone() && round < 1_000; round++) {
      replica.doWork(now);
      now = Math.max(now + 1, Math.min(replica.nextDeadlineNanos(now), now + 1_000));
    }
    assertThat(called).isDone();
    return called.join();
  }
}
