package io.raftlog.benchmarks.contender;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * One node of SOFAJRaft with its own log in RocksDB, synced, which is its default, no snapshots.
 */
final class JRaftReplica implements Replica {
  private static final String GROUP = "benchmarks";
  private static final int TUNED_ELECTION_MILLIS = 300;

  private final int replica;
  private final AppliedNumbers applied;
  private final NodeOptions options;
  private final RaftGroupService service;

  private JRaftReplica(Seat seat, AppliedNumbers applied) throws IOException {
    List<PeerId> peers =
        seat.ports().stream()
            .map(port -> new PeerId(Loopback.HOST, port))
            .collect(Collectors.toList());
    this.replica = seat.replica();
    this.applied = applied;
    this.options = options(seat, peers);
    this.service = new RaftGroupService(GROUP, peers.get(replica), options);
  }

  static JRaftReplica start(Seat seat, AppliedNumbers applied) throws IOException {
    JRaftReplica replica = new JRaftReplica(seat, applied);
    replica.service.start();
    return replica;
  }

  private NodeOptions options(Seat seat, List<PeerId> peers) throws IOException {
    Files.createDirectories(seat.directory());
    RaftOptions raftOptions = new RaftOptions();
    raftOptions.setSync(true);
    NodeOptions made = new NodeOptions();
    made.setRaftOptions(raftOptions);
    made.setInitialConf(new Configuration(peers));
    made.setFsm(new Counting());
    made.setLogUri(seat.directory().resolve("log").toString());
    made.setRaftMetaUri(seat.directory().resolve("meta").toString());
    if (seat.tuned()) {
      made.setElectionTimeoutMs(TUNED_ELECTION_MILLIS);
    }
    return made;
  }

  @Override
  public Map<String, String> timing() {
    return Map.of("electionTimeoutMs", options.getElectionTimeoutMs() + " ms");
  }

  @Override
  public boolean leads() {
    return service.getRaftNode().isLeader();
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    applied.expect(payload);
    Acknowledgement acknowledgement = new Acknowledgement(new CompletableFuture<>());
    service.getRaftNode().apply(new Task(ByteBuffer.wrap(payload), acknowledgement));
    return acknowledgement.future();
  }

  @Override
  public long records() {
    return applied.of(replica).count();
  }

  @Override
  public SeenNumbers seen(Payloads payloads) {
    return applied.of(replica);
  }

  @Override
  public void close() {
    service.shutdown();
    try {
      service.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
