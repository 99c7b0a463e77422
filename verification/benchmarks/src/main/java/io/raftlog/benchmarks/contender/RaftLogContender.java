package io.raftlog.benchmarks.contender;

import io.raftlog.LogOptions;
import io.raftlog.LogRecord;
import io.raftlog.LogStatus;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.netty.NettyTransport;
import io.raftlog.rocksdb.RocksDbStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Ours: Netty and RocksDB with all defaults, one producer handle on the leader's node. */
final class RaftLogContender implements Contender {
  private static final String LOG = "bench";
  private static final int READ_RECORDS = 1_000;

  private final List<RaftLogNode> nodes = new ArrayList<>();
  private @Nullable Producer producer;

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
            "storage", "RocksDB, defaults: every write synced",
            "appends", "through a producer handle on the leader's node",
            "electionTimeout", LogOptions.DEFAULT_ELECTION_TIMEOUT.toMillis() + " ms"));
  }

  @Override
  public void start(Path directory) {
    List<Integer> ports = Loopback.freePorts(REPLICAS);
    for (int i = 0; i < REPLICAS; i++) {
      RaftLogNode.Builder builder =
          RaftLogNode.builder("n" + i)
              .cluster("benchmarks")
              .transport(NettyTransport.builder().build())
              .storage(RocksDbStorage.at(directory.resolve(String.valueOf(i))))
              .log(LOG);
      for (int j = 0; j < REPLICAS; j++) {
        builder.member("n" + j, Loopback.HOST + ":" + ports.get(j));
      }
      nodes.add(builder.start());
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    if (producer != null) {
      // It finds the leader by itself, and keeps what it has in flight.
      return;
    }
    RaftLog log = Waiting.forValue("leader", Waiting.LEADER_LIMIT, this::leader);
    producer = log.producer("load").join();
  }

  private Optional<RaftLog> leader() {
    return nodes.stream()
        .map(node -> node.log(LOG))
        .filter(log -> log.status().role() == LogStatus.Role.LEADER)
        .findFirst();
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    return Objects.requireNonNull(producer, "not started").append(payload);
  }

  @Override
  public SeenNumbers seenBy(int replica, Payloads payloads) {
    RaftLog log = nodes.get(replica).log(LOG);
    SeenNumbers seen = new SeenNumbers();
    long offset = log.status().startOffset();
    while (true) {
      ReadResult result = log.read(offset, ReadOptions.DEFAULT.withMaxRecords(READ_RECORDS)).join();
      for (LogRecord record : result.records()) {
        seen.add(payloads.verify(record.payloadBytes()));
      }
      offset = result.nextOffset();
      if (result.records().isEmpty()) {
        return seen;
      }
    }
  }

  @Override
  public void close() {
    nodes.forEach(RaftLogNode::close);
  }
}
