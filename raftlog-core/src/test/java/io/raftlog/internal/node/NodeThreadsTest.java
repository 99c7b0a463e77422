package io.raftlog.internal.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class NodeThreadsTest {
  /** Seen: a leader stopped for good since no thread could be started to read for a follower. */
  @Test
  void shouldRefuseWhatThereIsNoThreadFor() {
    Executor unlucky =
        task -> {
          throw new OutOfMemoryError("unable to create native thread");
        };
    assertThatThrownBy(() -> NodeThreads.executeOrRefuse(unlucky, () -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }
}
