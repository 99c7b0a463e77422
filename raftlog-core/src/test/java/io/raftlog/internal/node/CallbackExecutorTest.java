package io.raftlog.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallbackExecutorTest {
  private final AtomicInteger ran = new AtomicInteger();

  /** Seen: what an executor has kept it ran later, after it had been run elsewhere. */
  @Test
  void shouldRunOnceWhatAnExecutorKeepsAndThrowsFor() {
    // given
    List<Runnable> kept = new ArrayList<>();
    CallbackExecutor callbacks =
        new CallbackExecutor(
            task -> {
              kept.add(task);
              throw new OutOfMemoryError("unable to create native thread");
            },
            true);
    // when
    callbacks.execute(ran::incrementAndGet);
    await().atMost(Duration.ofSeconds(20)).until(() -> ran.get() == 1);
    kept.forEach(Runnable::run);
    // then
    assertThat(kept).hasSize(1);
    assertThat(ran).hasValue(1);
  }
}
