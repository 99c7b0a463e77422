package io.raftlog.benchmarks.failover;

import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.contender.ContenderKind;
import io.raftlog.benchmarks.contender.Loopback;
import io.raftlog.benchmarks.failover.ReplicaProcess.Audit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Three replicas, each in a process of its own that appends one record after another where it may.
 * Remembers what was acknowledged. Used by one thread.
 */
final class ProcessCluster implements AutoCloseable {
  private static final int PAYLOAD_BYTES = 1_024;

  /** Each process numbers its records from a multiple of this, so that no two are alike. */
  private static final long NUMBERS_PER_PROCESS = 1 << 22;

  /** What was on its way when the load was stopped has arrived after that. */
  private static final long DRAIN_MILLIS = 2_000;

  private static final long POLL_MILLIS = 20;

  private final ContenderKind kind;
  private final boolean tuned;
  private final Path directory;
  private final Failover.Launcher launcher;
  private final List<Integer> ports = Loopback.freePorts(Contender.REPLICAS);
  private final List<ReplicaProcess> replicas = new ArrayList<>();
  private final NumberRanges acknowledged = new NumberRanges();
  private volatile @Nullable FirstAfter awaited;
  private int processes;

  ProcessCluster(ContenderKind kind, boolean tuned, Path directory, Failover.Launcher launcher) {
    this.kind = kind;
    this.tuned = tuned;
    this.directory = directory;
    this.launcher = launcher;
  }

  /**
   * Starts it, then the load, and gives the settings that decide when a leader is taken for dead.
   * Blocks.
   */
  Map<String, String> start() throws IOException, InterruptedException {
    Map<String, String> timing = Map.of();
    for (int i = 0; i < Contender.REPLICAS; i++) {
      // One after another: channels of jgroups-raft that begin at once each begin a cluster.
      ReplicaProcess replica = launch(i);
      replicas.add(replica);
      timing = replica.awaitReady();
    }
    for (ReplicaProcess replica : replicas) {
      replica.startLoad();
    }
    return timing;
  }

  private ReplicaProcess launch(int replica) throws IOException {
    List<String> arguments =
        List.of(
            kind.label(),
            String.valueOf(replica),
            String.join(",", ports.stream().map(String::valueOf).toList()),
            directory.toString(),
            String.valueOf(tuned),
            String.valueOf(PAYLOAD_BYTES),
            String.valueOf(NUMBERS_PER_PROCESS * processes++));
    return new ReplicaProcess(replica, launcher.launch(arguments), this::acknowledged);
  }

  private void acknowledged(long number, long calledNanos, long acknowledgedNanos) {
    acknowledged.add(number);
    FirstAfter waiting = awaited;
    if (waiting != null) {
      waiting.acknowledged(calledNanos, acknowledgedNanos);
    }
  }

  /** From now on waits for an append that is called after this. */
  FirstAfter nextAppend() {
    FirstAfter first = new FirstAfter(System.nanoTime());
    awaited = first;
    return first;
  }

  /** Who leads. Blocks. */
  ReplicaProcess awaitLeader(long limitSeconds)
      throws IOException, InterruptedException, TimeoutException {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(limitSeconds)) {
      for (ReplicaProcess replica : replicas) {
        if (replica.state().leads()) {
          return replica;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new TimeoutException("nobody leads after " + limitSeconds + " s");
  }

  /** Starts a replica again that was killed. Blocks until it runs. */
  void restart(ReplicaProcess killed) throws IOException, InterruptedException {
    killed.awaitEnd();
    ReplicaProcess again = launch(killed.replica());
    replicas.set(killed.replica(), again);
    again.awaitReady();
    again.startLoad();
  }

  /**
   * Waits until every replica has what the leader had when this was called. Blocks.
   *
   * @throws TimeoutException when that takes too long, or nobody leads
   */
  void awaitCaughtUp(long limitSeconds) throws IOException, InterruptedException, TimeoutException {
    long startNanos = System.nanoTime();
    long wanted = awaitLeader(limitSeconds).state().records();
    for (ReplicaProcess replica : replicas) {
      while (replica.state().records() < wanted) {
        if (System.nanoTime() - startNanos > TimeUnit.SECONDS.toNanos(limitSeconds)) {
          throw new TimeoutException(
              "replica " + replica.replica() + " has not caught up after " + limitSeconds + " s");
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  /** How many appends were acknowledged. */
  long acknowledged() {
    return acknowledged.count();
  }

  /**
   * Ends the load, and looks what there is, once replicas that lag have had time to catch up.
   * Blocks.
   *
   * @param whole whether every replica must have every acknowledged record, and not just two
   * @return the worst of those that must
   */
  Audit audit(boolean whole, long limitSeconds) throws IOException, InterruptedException {
    for (ReplicaProcess replica : replicas) {
      replica.stopLoad();
    }
    Thread.sleep(DRAIN_MILLIS);
    long startNanos = System.nanoTime();
    Audit worst = worst(whole);
    while (worst.lost() > 0
        && System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(limitSeconds)) {
      Thread.sleep(DRAIN_MILLIS);
      worst = worst(whole);
    }
    return worst;
  }

  private Audit worst(boolean whole) throws IOException, InterruptedException {
    List<Audit> audits = new ArrayList<>();
    for (ReplicaProcess replica : replicas) {
      audits.add(replica.audit(acknowledged.words()));
    }
    audits.sort((a, b) -> Long.compare(a.lost(), b.lost()));
    return audits.subList(0, whole ? audits.size() : audits.size() - 1).stream()
        .reduce(Audit::worseOf)
        .orElseThrow();
  }

  @Override
  public void close() {
    replicas.forEach(ReplicaProcess::kill);
    try {
      for (ReplicaProcess replica : replicas) {
        replica.awaitEnd();
      }
    } catch (InterruptedException e) {
      // They end by themselves: nothing survives the signal.
      Thread.currentThread().interrupt();
    }
  }
}
