package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

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
      CoreCluster cluster = CoreCluster.of(3, seed);
      cluster.diskMillis(diskMillis, diskMillis + diskMillis / 5);
      cluster.start();

      Server leader = cluster.awaitLeader(MILLIS_PER_DISK_MILLI * diskMillis);

      assertThat(leader).as("seed %d", seed).isNotNull();
    }
  }
}
