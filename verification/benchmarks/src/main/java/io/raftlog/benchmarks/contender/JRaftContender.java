package io.raftlog.benchmarks.contender;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SOFAJRaft with its own log in RocksDB, synced, which is its default, and no snapshots. */
final class JRaftContender implements Contender {
  private static final String GROUP = "benchmarks";

  private final AppliedNumbers applied = new AppliedNumbers();
  private final List<RaftGroupService> services = new ArrayList<>();
  private @Nullable Node leader;

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
    List<PeerId> peers =
        Loopback.freePorts(REPLICAS).stream()
            .map(port -> new PeerId(Loopback.HOST, port))
            .collect(Collectors.toList());
    for (int i = 0; i < REPLICAS; i++) {
      NodeOptions options = options(i, peers, directory.resolve(String.valueOf(i)));
      RaftGroupService service = new RaftGroupService(GROUP, peers.get(i), options);
      services.add(service);
      service.start();
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    leader =
        Waiting.forValue(
            "leader",
            Waiting.LEADER_LIMIT,
            () ->
                services.stream()
                    .map(RaftGroupService::getRaftNode)
                    .filter(Node::isLeader)
                    .findFirst());
  }

  private NodeOptions options(int replica, List<PeerId> peers, Path directory) throws IOException {
    Files.createDirectories(directory);
    RaftOptions raftOptions = new RaftOptions();
    raftOptions.setSync(true);
    NodeOptions options = new NodeOptions();
    options.setRaftOptions(raftOptions);
    options.setInitialConf(new Configuration(peers));
    options.setFsm(new Counting(replica));
    options.setLogUri(directory.resolve("log").toString());
    options.setRaftMetaUri(directory.resolve("meta").toString());
    return options;
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    applied.expect(payload);
    Acknowledgement acknowledgement = new Acknowledgement(new CompletableFuture<>());
    Objects.requireNonNull(leader, "not started")
        .apply(new Task(ByteBuffer.wrap(payload), acknowledgement));
    return acknowledgement.future();
  }

  @Override
  public SeenNumbers seenBy(int replica, Payloads payloads) {
    return applied.of(replica);
  }

  @Override
  public void close() {
    services.forEach(RaftGroupService::shutdown);
    for (RaftGroupService service : services) {
      try {
        service.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private record Acknowledgement(CompletableFuture<Status> future) implements Closure {
    @Override
    public void run(Status status) {
      if (status.isOk()) {
        future.complete(status);
      } else {
        future.completeExceptionally(new IllegalStateException(status.toString()));
      }
    }
  }

  /** Keeps nothing but which records there were. */
  private final class Counting extends StateMachineAdapter {
    private final int replica;

    Counting(int replica) {
      this.replica = replica;
    }

    @Override
    public void onApply(Iterator entries) {
      while (entries.hasNext()) {
        applied.add(replica, entries.getData());
        Closure done = entries.done();
        if (done != null) {
          done.run(Status.OK());
        }
        entries.next();
      }
    }
  }
}
