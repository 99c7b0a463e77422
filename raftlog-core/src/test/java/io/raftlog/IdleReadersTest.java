package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What thousands of readers cost that wait for a record. */
class IdleReadersTest {
  private static final int READERS = 10_000;

  @Test
  void shouldCostNothingToWaitWhileIdle() {
    try (TestCluster cluster = TestCluster.started(3, LogOptions.DEFAULT)) {
      // given
      RaftLog log = cluster.log(cluster.other(cluster.awaitLeader()));
      long memoryBefore = usedMemory();
      List<CompletableFuture<ReadResult>> reads = new ArrayList<>(READERS);
      for (int i = 0; i < READERS; i++) {
        reads.add(log.read(0, ReadOptions.DEFAULT.withWaitFor(Duration.ofMinutes(10))));
      }
      long bytesEach = (usedMemory() - memoryBefore) / READERS;
      // when: some seconds pass
      long cpuBefore = cpuNanos();
      long start = System.nanoTime();
      await().pollDelay(Duration.ofSeconds(3)).atMost(SOON).until(() -> true);
      double share = (double) (cpuNanos() - cpuBefore) / (System.nanoTime() - start);
      // then
      System.out.printf(
          "%d waiting readers: %.2f %% of a processor for 3 nodes, %d bytes each%n",
          READERS, 100 * share, bytesEach);
      assertThat(reads).noneMatch(CompletableFuture::isDone);
      assertThat(share).isLessThan(0.1);
      assertThat(bytesEach).isLessThan(1024);
      // and they are woken all at once
      get(log.append("p", 0, bytes("x")));
      reads.forEach(read -> assertThat(get(read).records()).hasSize(1));
    }
  }

  /** Of all nodes' threads. */
  static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("raftlog-")) {
        sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }

  static long usedMemory() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
