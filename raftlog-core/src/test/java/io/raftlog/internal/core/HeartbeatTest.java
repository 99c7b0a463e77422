package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class HeartbeatTest {
  private static final long INTERVAL_NANOS =
      TimeUnit.MILLISECONDS.toNanos(CoreCluster.HEARTBEAT_MILLIS);

  /** Runs until something is sent, and says when that was. */
  private static long nextMessage(CoreCluster cluster) {
    int sent = cluster.network().sent();
    assertThat(
            cluster.runUntil(
                () -> cluster.network().sent() > sent, CoreCluster.HEARTBEAT_MILLIS + 1))
        .as("a heartbeat within its interval")
        .isTrue();
    return cluster.nanos();
  }

  @Test
  @DisplayName("a heartbeat is due at a fixed moment, whenever something else was sent")
  void shouldKeepTheBeatWhenEntriesAreSentBetweenHeartbeats() {
    CoreCluster cluster = CoreCluster.of(3).start();
    Server leader = cluster.awaitLeader();
    cluster.settle();
    long beat = nextMessage(cluster);
    for (int between = 7; between < CoreCluster.HEARTBEAT_MILLIS - 30; between += 9) {
      cluster.run(between);
      cluster.appendAndCommit(leader, 1);
      cluster.run(10);

      long next = nextMessage(cluster);

      assertThat((next - beat) % INTERVAL_NANOS).as("%s ms between", between).isZero();
      beat = next;
      cluster.run(10);
    }
  }

  @Test
  @DisplayName("§6.2 of the thesis: without a quorum a leader steps down after an election timeout")
  void shouldStepDownAfterAnElectionTimeoutWhenNobodyAnswers() {
    CoreCluster cluster = CoreCluster.of(3).start();
    Server leader = cluster.awaitLeader();
    cluster.settle();
    long heard = nextMessage(cluster);
    cluster.run(37);
    cluster.running().stream().filter(s -> s != leader).forEach(s -> s.crash(0));

    boolean steppedDown =
        cluster.runUntil(() -> !leader.leads(), CoreCluster.ELECTION_TIMEOUT_MILLIS);

    assertThat(steppedDown).isTrue();
    long silent = TimeUnit.NANOSECONDS.toMillis(cluster.nanos() - heard);
    assertThat(silent)
        .isBetween(CoreCluster.ELECTION_TIMEOUT_MILLIS, CoreCluster.ELECTION_TIMEOUT_MILLIS + 10L);
  }
}
