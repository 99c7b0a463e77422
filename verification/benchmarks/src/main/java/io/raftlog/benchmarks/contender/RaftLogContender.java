package io.raftlog.benchmarks.contender;

import io.raftlog.LogOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Ours: Netty and RocksDB with all defaults, one producer handle on the leader's node. */
final class RaftLogContender implements Contender {
  private final List<RaftLogReplica> replicas = new ArrayList<>();
  private @Nullable RaftLogReplica leader;

  @Override
  public Description description() {
    String version = Objects.requireNonNullElse(System.getProperty("raftlog.version"), "unknown");
    return new Description(
        "raftlog",
        version,
        true,
        true,
        Map.of(
            "transport", "Netty, defaults",
            "storage", "RocksDbStorage, defaults: every write synced",
            "appends", "through a producer handle on the leader's node",
            "electionTimeout", LogOptions.DEFAULT_ELECTION_TIMEOUT.toMillis() + " ms"));
  }

  @Override
  public void start(Path directory) {
    List<Integer> ports = Loopback.freePorts(REPLICAS);
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(RaftLogReplica.start(new Seat(i, ports, directory, false)));
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    if (leader != null) {
      // Its producer finds the next one by itself, and keeps what it has in flight.
      return;
    }
    leader =
        Waiting.forValue(
            "leader",
            Waiting.LEADER_LIMIT,
            () -> replicas.stream().filter(RaftLogReplica::leads).findFirst());
    leader.register().join();
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    return Objects.requireNonNull(leader, "not started").append(payload);
  }

  @Override
  public SeenNumbers seenBy(int replica, Payloads payloads) {
    return replicas.get(replica).seen(payloads);
  }

  @Override
  public void close() {
    replicas.forEach(RaftLogReplica::close);
  }
}
