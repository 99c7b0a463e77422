package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What many subscribers cost that have seen all there is. */
class IdleSubscribersTest {
  private static final int SUBSCRIBERS = 1_000;

  @Test
  void shouldCostNoThreadToSubscribeWhileIdle() {
    try (TestCluster cluster = TestCluster.started(1, LogOptions.DEFAULT)) {
      // given
      RaftLog log = cluster.log("n1");
      get(log.append("p", 0, bytes("0")));
      long memoryBefore = IdleReadersTest.usedMemory();
      List<Collector> subscribers = new ArrayList<>();
      for (int i = 0; i < SUBSCRIBERS; i++) {
        Collector subscriber = new Collector();
        log.subscribe(StartAt.earliest()).subscribe(subscriber);
        subscribers.add(subscriber);
      }
      subscribers.forEach(subscriber -> subscriber.awaitCount(1));
      // when: the threads that delivered have had nothing to do for a while
      await().atMost(SOON).until(() -> deliveryThreads() == 0);
      // then
      long bytesEach = (IdleReadersTest.usedMemory() - memoryBefore) / SUBSCRIBERS;
      long cpuBefore = IdleReadersTest.cpuNanos();
      long start = System.nanoTime();
      await().pollDelay(Duration.ofSeconds(2)).atMost(SOON).until(() -> true);
      double share =
          (double) (IdleReadersTest.cpuNanos() - cpuBefore) / (System.nanoTime() - start);
      assertThat(deliveryThreads()).isZero();
      assertThat(share).isLessThan(0.1);
      assertThat(bytesEach).isLessThan(4096);
      // and one record wakes all of them
      long woken = System.nanoTime();
      get(log.append("p", 1, bytes("1")));
      await()
          .atMost(SOON)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> subscribers.stream().allMatch(subscriber -> subscriber.count() == 2));
      System.out.printf(
          "%d idle subscribers: %.2f %% of a processor, %d bytes each; woken in %d ms by %d threads%n",
          SUBSCRIBERS,
          100 * share,
          bytesEach,
          (System.nanoTime() - woken) / 1_000_000,
          deliveryThreads());
    }
  }

  private static long deliveryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("raftlog-n1-deliveries"))
        .count();
  }
}
