package io.raftlog.simulation;

import io.raftlog.simulation.Settings.DiskSettings;
import io.raftlog.simulation.Settings.NetworkSettings;
import io.raftlog.simulation.Settings.ReplicaSettings;
import io.raftlog.simulation.Settings.WorkloadSettings;

/** Settings of small calm clusters, for what is scripted. */
final class SmallClusters {
  private static final long MILLI = 1_000_000;

  private SmallClusters() {}

  static Settings of(int nodes, long electionTimeoutMillis, NetworkSettings network) {
    return new Settings(
        nodes,
        1,
        new ReplicaSettings(
            electionTimeoutMillis * MILLI,
            electionTimeoutMillis * MILLI / 2,
            1 << 20,
            16 << 20,
            256,
            5_000 * MILLI,
            1 << 20,
            64 << 20,
            65_536,
            32 << 20,
            1 << 10,
            Settings.FORGETS_NOBODY),
        network,
        new DiskSettings(false, MILLI / 2, MILLI / 10, MILLI / 10, false),
        0,
        new WorkloadSettings(2, 1, 4, 20 * MILLI, 32, 2, 0, 0));
  }

  /** Messages take from one time to another. */
  static NetworkSettings network(long delayMicros, long jitterMicros) {
    return new NetworkSettings(
        delayMicros * 1_000,
        jitterMicros * 1_000,
        true,
        false,
        0,
        0,
        0,
        0,
        Settings.RateSettings.UNBOUNDED);
  }

  static Settings three() {
    return of(3, 100, network(500, 100));
  }
}
