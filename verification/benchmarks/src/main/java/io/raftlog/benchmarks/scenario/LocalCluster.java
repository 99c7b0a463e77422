package io.raftlog.benchmarks.scenario;

import io.raftlog.LogOptions;
import io.raftlog.LogStatus;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.benchmarks.contender.AppendTarget;
import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.contender.Loopback;
import io.raftlog.benchmarks.contender.RaftLogNodes;
import io.raftlog.benchmarks.contender.Seat;
import io.raftlog.benchmarks.contender.Waiting;
import io.raftlog.spi.NodeStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes of ours in this JVM with all defaults, which can be closed and opened one by one.
 * Used by one thread.
 */
final class LocalCluster implements AutoCloseable {
  static final String LOG = "log-0";

  /** How long a replica may take to catch up, or to be opened. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Path directory;
  private final List<String> logs;
  private final List<Integer> ports = Loopback.freePorts(Contender.REPLICAS);
  private final @Nullable RaftLogNode[] nodes = new RaftLogNode[Contender.REPLICAS];

  /** Starts it. */
  LocalCluster(Path directory, int logCount) {
    this(directory, logCount, List.of());
  }

  /**
   * Starts it.
   *
   * @param directory for all nodes
   * @param logCount how many logs each has
   * @param storages what is done to the storage of each node; empty for nothing
   */
  LocalCluster(Path directory, int logCount, List<UnaryOperator<NodeStorage>> storages) {
    this.directory = directory;
    this.logs = IntStream.range(0, logCount).mapToObj(i -> "log-" + i).toList();
    for (int i = 0; i < nodes.length; i++) {
      open(i, storages.isEmpty() ? UnaryOperator.identity() : storages.get(i));
    }
  }

  private void open(int node, UnaryOperator<NodeStorage> storage) {
    nodes[node] =
        RaftLogNodes.start(
            new Seat(node, ports, directory, false), logs, LogOptions.DEFAULT, storage);
  }

  /** Opens a node again that was closed. Blocks. */
  void open(int node) {
    open(node, UnaryOperator.identity());
  }

  /** Closes all nodes, and opens them again. Blocks. */
  void reopen() {
    for (int i = 0; i < nodes.length; i++) {
      close(i);
    }
    for (int i = 0; i < nodes.length; i++) {
      open(i);
    }
  }

  void close(int node) {
    RaftLogNode open = nodes[node];
    if (open != null) {
      open.close();
      nodes[node] = null;
    }
  }

  RaftLog log(int node, String name) {
    return Objects.requireNonNull(nodes[node], "closed").log(name);
  }

  /** One log of a node. */
  RaftLog log(int node) {
    return log(node, LOG);
  }

  /** Which node leads a log. Blocks until one does. */
  int awaitLeader(String log) throws InterruptedException, TimeoutException {
    return Waiting.forValue(
        "leader",
        Waiting.LEADER_LIMIT,
        () ->
            IntStream.range(0, nodes.length)
                .filter(i -> nodes[i] != null)
                .filter(i -> log(i, log).status().role() == LogStatus.Role.LEADER)
                .boxed()
                .findFirst());
  }

  /** A node that does not lead the log. */
  int awaitFollower() throws InterruptedException, TimeoutException {
    return (awaitLeader(LOG) + 1) % nodes.length;
  }

  /** Waits until a node knows so many records of the log. */
  void awaitEnd(int node, long endOffset) throws InterruptedException, TimeoutException {
    Supplier<Optional<Boolean>> caughtUp =
        () -> log(node).status().endOffset() >= endOffset ? Optional.of(true) : Optional.empty();
    Waiting.forValue("record " + endOffset, LIMIT, caughtUp);
  }

  /** A producer on the leader's node, for a load. Blocks until there is one. */
  AppendTarget producer(String log) throws InterruptedException, TimeoutException {
    Producer producer = log(awaitLeader(log), log).producer("load").join();
    return new AppendTarget() {
      @Override
      public void awaitLeader() {
        // It finds the next one by itself.
      }

      @Override
      public CompletableFuture<?> append(byte[] payload) {
        return producer.append(payload);
      }
    };
  }

  @Override
  public void close() {
    for (int i = 0; i < nodes.length; i++) {
      close(i);
    }
  }
}
