package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.AppendResult;
import io.raftlog.Consistency;
import io.raftlog.LogFailedException;
import io.raftlog.LogStatus;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.memory.MemoryStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class ReplicaFailureTest {
  /** Has no memory until it is given some. */
  private static final class ShortOfMemory implements Executor {
    boolean enough = true;

    @Override
    public void execute(Runnable task) {
      if (!enough) {
        throw new OutOfMemoryError("Java heap space");
      }
      task.run();
    }
  }

  private final ShortOfMemory callbacks = new ShortOfMemory();
  private final MemoryStorage storage = new MemoryStorage();
  private final List<StorageListener> listener = new ArrayList<>();
  private final Replica replica =
      Replicas.lonely(
          Configs.of(1, 3, 10, 0),
          new SplittableRandom(1),
          listens -> {
            listener.add(listens);
            storage.open("cluster", Configs.node(1));
            return storage.openLog("log", listens);
          },
          Callbacks.onOneThread(callbacks));

  private CompletableFuture<AppendResult> append(long sequence) {
    return replica
        .appends()
        .append(ProducerId.of("p"), 0, sequence, RecordBodies.of(List.of(new byte[1])));
  }

  /** Seen: it counted as closed before everybody had been told, and nobody came to it again. */
  @Test
  void shouldTellEverybodyThoughThereIsNoMemoryToClose() {
    // given
    replica.doWork(0);
    CompletableFuture<AppendResult> waiting = append(0);
    replica.doWork(1);
    replica.beginClose();
    replica.doWork(2);
    // when
    callbacks.enough = false;
    long late = 2 + 2 * Configs.ELECTION_NANOS;
    assertThatThrownBy(() -> replica.doWork(late)).isInstanceOf(OutOfMemoryError.class);
    // then
    assertThat(replica.isClosed()).isFalse();
    assertThat(waiting).isNotDone();
    // when
    callbacks.enough = true;
    replica.doWork(late);
    // then
    assertThat(replica.isClosed()).isTrue();
    assertThat(waiting).isCompletedExceptionally();
  }

  /** Seen: the second OutOfMemoryError ended the loop's thread, and nobody was ever told. */
  @Test
  void shouldTellEverybodyThatItHasStoppedAsSoonAsThereIsMemory() {
    // given: one append waits for a leader, one for the loop, and so do two reads
    replica.doWork(0);
    CompletableFuture<AppendResult> waiting = append(0);
    CompletableFuture<ReadResult> read =
        replica.reader().read(0, ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE), 0);
    replica.doWork(1);
    CompletableFuture<AppendResult> added = append(1);
    CompletableFuture<ReadResult> asked =
        replica.reader().read(0, ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE), 1);
    // when: the disk fails, and there is no memory to tell that
    listener.get(0).onFailure(1, new StorageException("Input/output error", null));
    callbacks.enough = false;
    assertThatThrownBy(() -> replica.doWork(2)).isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(() -> replica.doWork(3)).isInstanceOf(OutOfMemoryError.class);
    // then
    assertThat(replica.isClosed()).isFalse();
    assertThat(List.of(waiting, added, read, asked)).noneMatch(CompletableFuture::isDone);
    // when
    callbacks.enough = true;
    replica.doWork(4);
    // then
    assertThat(replica.isClosed()).isTrue();
    assertThat(replica.status().role()).isEqualTo(LogStatus.Role.FAILED);
    assertThat(replica.status().failure()).contains("Input/output error");
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(LogFailedException.class);
    assertThatThrownBy(added::join).hasCauseInstanceOf(LogFailedException.class);
    assertThatThrownBy(read::join).hasCauseInstanceOf(LogFailedException.class);
    assertThatThrownBy(asked::join).hasCauseInstanceOf(LogFailedException.class);
    assertThatThrownBy(append(2)::join).hasCauseInstanceOf(LogFailedException.class);
  }
}
