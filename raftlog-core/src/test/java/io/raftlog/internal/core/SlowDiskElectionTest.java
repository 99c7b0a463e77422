package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elections where a write takes longer than an election timeout. */
final class SlowDiskElectionTest {
  /** A vote takes two writes, one after the other; a few elections may be lost to chance. */
  private static final long MILLIS_PER_DISK_MILLI = 30;

  @ParameterizedTest
  @ValueSource(longs = {400, 600, 1_100, 3_000, 10_000})
  void shouldElectALeaderHoweverSlowTheDisksAre(long diskMillis) {
    for (int seed = 1; seed <= 10; seed++) {
      shouldElectALeader(seed, diskMillis, List.of("n1", "n2", "n3"));
    }
  }

  /**
   * Seen: a candidate with a quick disk asked for the next term before the votes for this one were
   * durable, was told that it would get them, and so made them worthless, for ever.
   */
  @ParameterizedTest
  @ValueSource(longs = {600, 1_100, 3_000, 10_000})
  void shouldElectALeaderWhenOnlyTheDisksOfAMajorityAreSlow(long diskMillis) {
    for (int seed = 1; seed <= 10; seed++) {
      shouldElectALeader(seed, diskMillis, List.of("n2", "n3"));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {600, 1_100, 3_000, 10_000})
  void shouldElectALeaderWhenOneDiskIsSlow(long diskMillis) {
    for (int seed = 1; seed <= 10; seed++) {
      shouldElectALeader(seed, diskMillis, List.of("n2"));
    }
  }

  private static void shouldElectALeader(long seed, long diskMillis, List<String> slow) {
    CoreCluster cluster = CoreCluster.withLogs(seed, "1 1", "1 1", "1 1");
    slow.forEach(id -> cluster.diskMillis(id, diskMillis, diskMillis + diskMillis / 5));
    cluster.start();

    Server leader = cluster.awaitLeader(MILLIS_PER_DISK_MILLI * diskMillis);

    assertThat(leader).as("seed %d", seed).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {400, 600, 1_100, 3_000, 10_000})
  void shouldFormAClusterHoweverSlowTheDisksAre(long diskMillis) {
    for (int seed = 1; seed <= 10; seed++) {
      CoreCluster cluster = CoreCluster.of(3, seed);
      cluster.diskMillis(diskMillis, diskMillis + diskMillis / 5);
      cluster.start();

      assertThat(cluster.awaitLeader(MILLIS_PER_DISK_MILLI * diskMillis))
          .as("seed %d", seed)
          .isNotNull();
    }
  }

  /** Seen: the one that could win waited twice as long as its disk had hung, whatever came. */
  @Test
  void shouldElectALeaderSoonAfterADiskHasHung() {
    for (int seed = 1; seed <= 10; seed++) {
      // given: n1 alone can win, and its disk hangs while it stands
      CoreCluster cluster = CoreCluster.withLogs(seed, "1 1 1", "1 1", "1 1").start();
      cluster.crash("n3");
      Server longest = cluster.server("n1");
      longest.disk().stall();
      assertThat(cluster.runUntil(() -> longest.core().role() instanceof Candidate, 30_000))
          .isTrue();
      cluster.run(50_000);
      // when: it goes on, and what it sent is lost
      cluster.isolate("n1");
      longest.disk().resume();
      cluster.run(500);
      cluster.network().heal();
      // then
      assertThat(cluster.awaitLeader(5_000)).as("seed %d", seed).isNotNull();
    }
  }
}
