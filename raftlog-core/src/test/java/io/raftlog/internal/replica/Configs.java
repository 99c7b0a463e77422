package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.CoreConfig;
import io.raftlog.internal.entry.LogSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Settings of replicas under test: times in nanoseconds of a virtual clock, small limits. */
final class Configs {
  static final long ELECTION_NANOS = 1_000_000;
  static final long HEARTBEAT_NANOS = 100_000;
  static final long APPEND_TIMEOUT_NANOS = 20 * ELECTION_NANOS;
  static final int MAX_BATCH_BYTES = 1 << 16;
  static final int MAX_IN_FLIGHT_BYTES = 1 << 20;
  static final int MAX_IN_FLIGHT_APPENDS = 100_000;
  static final int MAX_WAITING_READS = 100_000;

  private Configs() {}

  static NodeId node(int number) {
    return new NodeId("n" + number);
  }

  static ReplicaConfig single() {
    return of(1, 1, 10, 0);
  }

  /** The settings of one of so many nodes. */
  static ReplicaConfig of(int number, int nodes, int maxProducers, long cacheBytes) {
    return of(number, nodes, new LogSettings(maxProducers, Long.MAX_VALUE), cacheBytes);
  }

  static ReplicaConfig of(int number, int nodes, LogSettings settings, long cacheBytes) {
    List<NodeId> members = new ArrayList<>();
    for (int i = 1; i <= nodes; i++) {
      members.add(node(i));
    }
    CoreConfig core =
        new CoreConfig(
            node(number),
            new UUID(7, number),
            members,
            ELECTION_NANOS,
            HEARTBEAT_NANOS,
            MAX_BATCH_BYTES,
            1 << 20,
            64,
            MAX_IN_FLIGHT_BYTES,
            settings);
    return new ReplicaConfig(
        "log",
        core,
        number,
        APPEND_TIMEOUT_NANOS,
        1 << 15,
        MAX_BATCH_BYTES,
        MAX_IN_FLIGHT_BYTES,
        MAX_IN_FLIGHT_APPENDS,
        MAX_WAITING_READS,
        cacheBytes,
        1 << 20);
  }
}
