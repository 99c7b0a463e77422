package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendResult;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.replica.Replica.ReplicaJournal;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.memory.MemoryStorage;
import io.raftlog.spi.LogStorage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More producers expire at once than are known by name. */
class ReplicaForgettingTest {
  private static final int MANY = 20_000;
  private static final long EXPIRY_NANOS = 1_000_000 * Configs.ELECTION_NANOS;
  private static final RecordBodies RECORD = RecordBodies.of(List.of(new byte[1]));

  private final Replica replica =
      replica(Configs.of(1, 1, new LogSettings(2 * MANY, EXPIRY_NANOS), 0));
  private long now;

  private static Replica replica(ReplicaConfig config) {
    MemoryStorage storage = new MemoryStorage();
    storage.open("cluster", Configs.node(1));
    ReplicaJournal journal = new ReplicaJournal(() -> {});
    LogStorage log = storage.openLog(config.logId(), journal.listener());
    ReplicaPorts ports =
        new ReplicaPorts(
            (to, frame) -> {},
            log,
            Runnable::run,
            Runnable::run,
            () -> 1,
            new SplittableRandom(1),
            () -> {});
    return new Replica(config, new WireCodec(), ports, journal, 0);
  }

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
    now += EXPIRY_NANOS / 2;
    outcome(append("active", 0));
    now += EXPIRY_NANOS / 2;
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
