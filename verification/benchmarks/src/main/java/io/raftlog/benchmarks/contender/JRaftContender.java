package io.raftlog.benchmarks.contender;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** SOFAJRaft: three of {@link JRaftReplica}. */
final class JRaftContender implements Contender {
  private final AppliedNumbers applied = new AppliedNumbers();
  private final List<JRaftReplica> replicas = new ArrayList<>();
  private @Nullable JRaftReplica leader;

  @Override
  public Description description() {
    return new Description(
        "SOFAJRaft",
        "1.4.1, RocksDB 8.8.1",
        true,
        false,
        Map.of(
            "sync", "true (default)",
            "storage", "RocksDBLogStorage (default)",
            "snapshots", "none",
            "transport", "SOFABolt (default)"));
  }

  @Override
  public void start(Path directory) throws IOException {
    List<Integer> ports = Loopback.freePorts(REPLICAS);
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(JRaftReplica.start(new Seat(i, ports, directory, false), applied));
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    leader =
        Waiting.forValue(
            "leader",
            Waiting.LEADER_LIMIT,
            () -> replicas.stream().filter(JRaftReplica::leads).findFirst());
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
    replicas.forEach(JRaftReplica::close);
  }
}
