package io.raftlog.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedCallbacksTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final List<Integer> ran = new ArrayList<>();

  private List<Runnable> tasks(int from, int to) {
    return IntStream.range(from, to).<Runnable>mapToObj(i -> () -> ran.add(i)).toList();
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void shouldKeepTheOrderAcrossBatchesOnOneThread() {
    // given: nothing is run yet
    Queue<Runnable> given = new ArrayDeque<>();
    SharedCallbacks callbacks = new SharedCallbacks(given::add);
    // when
    callbacks.executeAll(tasks(0, 10));
    callbacks.execute(() -> ran.add(10));
    callbacks.executeAll(tasks(11, 20));
    assertThat(given).hasSize(3);
    for (Runnable next = given.poll(); next != null; next = given.poll()) {
      next.run();
    }
    // then
    assertThat(ran).isEqualTo(numbers(20));
  }

  @Test
  void shouldNotRecurWhenTheExecutorRunsThingsAtOnce() {
    SharedCallbacks callbacks = new SharedCallbacks(Runnable::run);
    callbacks.executeAll(tasks(0, 100_000));
    assertThat(ran).isEqualTo(numbers(100_000));
  }

  @Test
  void shouldRunEverythingOnceThoughTheExecutorRefuses() {
    AtomicInteger done = new AtomicInteger();
    SharedCallbacks callbacks =
        new SharedCallbacks(
            new CallbackExecutor(
                task -> {
                  throw new RejectedExecutionException();
                },
                false));
    callbacks.executeAll(
        IntStream.range(0, 1_000).<Runnable>mapToObj(i -> done::incrementAndGet).toList());
    await().atMost(SOON).until(() -> done.get() == 1_000);
  }

  /** Seen: they stayed in the queue, were given once more, and made room twice. */
  @Test
  void shouldRunEverythingOnceThoughThereIsNoMemoryToHandItOver() {
    // given
    AtomicInteger tries = new AtomicInteger();
    SharedCallbacks callbacks =
        new SharedCallbacks(
            task -> {
              if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("Java heap space");
              }
              task.run();
            });
    List<Runnable> tasks = tasks(0, 10);
    // when
    try {
      callbacks.executeAll(tasks);
    } catch (OutOfMemoryError e) {
      callbacks.executeAll(tasks); // whoever is told that none was run does so
    }
    // then
    assertThat(ran).isEqualTo(numbers(10));
  }

  @Test
  void shouldLetOnlyItselfWait() {
    // given
    ExecutorService threads = Executors.newCachedThreadPool();
    SharedCallbacks callbacks = new SharedCallbacks(threads);
    CountDownLatch last = new CountDownLatch(1);
    CountDownLatch first = new CountDownLatch(1);
    // when
    callbacks.executeAll(
        List.of(
            () -> {
              awaitQuietly(last);
              first.countDown();
            },
            last::countDown));
    // then
    awaitQuietly(first);
    threads.shutdown();
  }

  private static void awaitQuietly(CountDownLatch gate) {
    await().atMost(SOON).until(() -> gate.getCount() == 0);
  }
}
