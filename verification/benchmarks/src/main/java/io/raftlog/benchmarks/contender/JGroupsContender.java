package io.raftlog.benchmarks.contender;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jgroups.Version;
import org.jspecify.annotations.Nullable;

/** jgroups-raft: three of {@link JGroupsReplica}. */
final class JGroupsContender implements Contender {
  private final AppliedNumbers applied = new AppliedNumbers();
  private final List<JGroupsReplica> replicas = new ArrayList<>();
  private @Nullable JGroupsReplica leader;

  @Override
  public Description description() {
    return new Description(
        "jgroups-raft",
        "1.1.4.Final, JGroups " + Version.printVersion(),
        true,
        false,
        Map.of(
            "log_use_fsync", "true",
            "log_class", "FileBasedLog (default)",
            "max_log_size", "unlimited: no snapshots",
            "transport", "TCP, tcp_nodelay=true"));
  }

  @Override
  public void start(Path directory) throws Exception {
    List<Integer> ports = Loopback.freePorts(REPLICAS);
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(JGroupsReplica.start(new Seat(i, ports, directory, false), applied));
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    leader =
        Waiting.forValue(
            "leader",
            Waiting.LEADER_LIMIT,
            () -> replicas.stream().filter(JGroupsReplica::leads).findFirst());
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
    replicas.forEach(JGroupsReplica::close);
  }
}
