package io.raftlog.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many threads subscribers get. */
class PooledDeliveriesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int MAX = 3;

  private final PooledDeliveries deliveries = new PooledDeliveries(new NodeId("n1"), MAX);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  @AfterEach
  void close() {
    gate.countDown();
    deliveries.shutdown();
  }

  private void block() {
    running.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    done.incrementAndGet();
  }

  @Test
  void shouldGiveEveryTaskAThreadUpToTheBoundAndLetTheOthersWait() {
    // when
    for (int i = 0; i < MAX; i++) {
      deliveries.execute(this::block);
    }
    // then
    await().atMost(SOON).until(() -> running.get() == MAX);
    assertThat(deliveries.areShort()).isFalse();
    // when
    for (int i = 0; i < 10; i++) {
      deliveries.execute(this::block);
    }
    // then
    assertThat(deliveries.areShort()).isTrue();
    assertThat(running).hasValue(MAX);
    gate.countDown();
    await().atMost(SOON).until(() -> done.get() == MAX + 10);
    assertThat(deliveries.areShort()).isFalse();
  }

  /** Seen: a subscriber was never called again when a thread could not be started once. */
  @Test
  void shouldTryAgainWhenNoThreadCanBeStarted() {
    // given: the first three cannot. The pool takes it alike whether its factory throws or a
    // thread's start does, and JDK 25's pool starts threads by a way that cannot be overridden.
    AtomicInteger tries = new AtomicInteger();
    PooledDeliveries unlucky =
        new PooledDeliveries(
            1,
            task -> {
              if (tries.incrementAndGet() <= 3) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return new Thread(task);
            });
    // when
    unlucky.execute(done::incrementAndGet);
    // then
    await().atMost(SOON).until(() -> done.get() == 1);
    assertThat(tries).hasValue(4);
    unlucky.shutdown();
  }

  @Test
  void shouldUseOneThreadForTasksThatDoNotOverlap() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    for (int i = 1; i <= 20; i++) {
      int expected = i;
      deliveries.execute(
          () -> {
            threads.add(Thread.currentThread());
            done.incrementAndGet();
          });
      await().atMost(SOON).until(() -> done.get() == expected && isIdle(threads));
    }
    assertThat(threads).hasSize(1);
  }

  private static boolean isIdle(Set<Thread> threads) {
    return threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void shouldRunWhatWaitsWhenShutDownAndLaterTasksOnTheCallersThread() {
    // given
    for (int i = 0; i < MAX + 2; i++) {
      deliveries.execute(this::block);
    }
    // when
    deliveries.shutdown();
    Thread[] ranOn = new Thread[1];
    deliveries.execute(() -> ranOn[0] = Thread.currentThread());
    gate.countDown();
    // then
    assertThat(ranOn[0]).isSameAs(Thread.currentThread());
    await().atMost(SOON).until(() -> done.get() == MAX + 2);
  }
}
