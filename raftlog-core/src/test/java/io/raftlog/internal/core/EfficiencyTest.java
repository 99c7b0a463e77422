package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.message.AppendRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** testing.md, numbers to reproduce: how many messages three nodes exchange (MIT 6.5840). */
final class EfficiencyTest {
  private static CoreCluster settled() {
    CoreCluster cluster = CoreCluster.of(3).start();
    cluster.settle();
    // Just after a heartbeat.
    int sent = cluster.network().sent();
    assertThat(cluster.runUntil(() -> cluster.network().sent() > sent, 200)).isTrue();
    cluster.run(5);
    return cluster;
  }

  private static int messages(CoreCluster cluster, Runnable what) {
    int before = cluster.network().sent();
    what.run();
    return cluster.network().sent() - before;
  }

  @Test
  void shouldElectFirstLeaderWithThirtyMessages() {
    for (int seed = 1; seed <= 50; seed++) {
      CoreCluster cluster = CoreCluster.of(3, seed);

      int messages = messages(cluster, () -> cluster.start().awaitLeader());

      assertThat(messages).as("seed %s", seed).isLessThanOrEqualTo(30);
    }
  }

  @Test
  void shouldAppendTenAtOnceWithFortyTwoMessages() {
    CoreCluster cluster = settled();
    Server leader = cluster.awaitLeader();

    int messages = messages(cluster, () -> cluster.appendAndCommit(leader, 10));

    assertThat(messages).isLessThanOrEqualTo(42);
  }

  @Test
  void shouldAppendTenOneAfterTheOtherWithFortyTwoMessages() {
    CoreCluster cluster = settled();
    Server leader = cluster.awaitLeader();

    int messages =
        messages(
            cluster,
            () -> {
              for (int i = 0; i < 10; i++) {
                cluster.appendAndCommit(leader, 1);
              }
            });

    assertThat(messages).isLessThanOrEqualTo(42);
  }

  @Test
  void shouldSendEveryEntryOnceToEachFollower() {
    CoreCluster cluster = settled();
    Server leader = cluster.awaitLeader();
    AtomicLong bytes = new AtomicLong();
    cluster
        .network()
        .tap(
            e -> {
              if (e.message() instanceof AppendRequest request) {
                bytes.addAndGet(request.entries().stream().mapToLong(Extent::bytes).sum());
              }
            });

    for (int i = 0; i < 10; i++) {
      leader.append(5_000);
    }
    cluster.settle();

    assertThat(bytes.get()).isEqualTo(2 * 10 * 5_000);
  }

  @Test
  void shouldIdleWithSixtyMessagesASecond() {
    CoreCluster cluster = settled();

    int messages = messages(cluster, () -> cluster.run(1_000));

    assertThat(messages).isLessThanOrEqualTo(60).isGreaterThan(20);
  }

  @Test
  void shouldNotSendMoreWhenReadsShareARound() {
    CoreCluster cluster = settled();
    Server leader = cluster.awaitLeader();

    int messages =
        messages(
            cluster,
            () -> {
              for (int i = 0; i < 100; i++) {
                leader.read();
              }
              cluster.runUntil(() -> leader.pendingReads() == 0, 50);
            });

    // The first read has a round of its own, all others share the next.
    assertThat(messages).isLessThanOrEqualTo(8);
  }
}
