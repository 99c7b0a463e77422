package io.raftlog.simulation;

import io.raftlog.Consistency;
import io.raftlog.LogStatus;
import io.raftlog.ReadOptions;
import io.raftlog.simulation.Settings.DiskSettings;
import io.raftlog.simulation.Settings.NetworkSettings;
import io.raftlog.simulation.Settings.RateSettings;
import io.raftlog.simulation.Settings.ReplicaSettings;
import io.raftlog.simulation.Settings.WorkloadSettings;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How long a cluster is without a leader after it lost one, measured as in the Raft thesis, §9.3:
 * five servers, logs of different lengths so that two of the four that are left cannot be elected,
 * heartbeats in half of the shortest election timeout, and a crash at any time between two of them.
 */
final class ElectionTrial {
  private static final long MILLI = 1_000_000;
  private static final int NODES = 5;
  private static final String LOG = "log0";

  private static final long JITTER_NANOS = MILLI / 10;
  private static final long STEP_NANOS = MILLI / 5;
  private static final int MAX_ATTEMPTS = 200;

  private final long timeoutNanos;
  private final long hopNanos;
  private final boolean lossIsNoticed;
  private final SeededRandom random;
  private final World world;
  private final Cluster cluster;
  private final LogClients clients;

  /**
   * A trial with a new cluster.
   *
   * @param broadcastMillis from a request to its answer, with one sync in between
   * @param lossIsNoticed whether the others are told that their connections to the leader broke
   */
  ElectionTrial(
      long minTimeoutMillis,
      long maxTimeoutMillis,
      double broadcastMillis,
      boolean lossIsNoticed,
      long seed) {
    this.timeoutNanos = minTimeoutMillis * MILLI;
    this.hopNanos = (long) (broadcastMillis * MILLI / 3);
    this.lossIsNoticed = lossIsNoticed;
    this.world = new World(settings(), new SeededRandom(seed), new Trace(null));
    world.spreadElections((maxTimeoutMillis - minTimeoutMillis) * MILLI);
    this.random = world.newRandom();
    this.cluster = new Cluster(world);
    this.clients = new LogClients(world, LOG, cluster.nodes());
  }

  private Settings settings() {
    return new Settings(
        NODES,
        1,
        new ReplicaSettings(
            timeoutNanos,
            timeoutNanos / 2,
            1 << 20,
            16 << 20,
            256,
            60_000 * MILLI,
            1 << 20,
            64 << 20,
            65_536,
            32 << 20,
            32 << 20,
            Settings.FORGETS_NOBODY),
        new NetworkSettings(
            hopNanos, JITTER_NANOS, true, false, 0, 0, 0, 0, RateSettings.UNBOUNDED),
        new DiskSettings(false, hopNanos, JITTER_NANOS, JITTER_NANOS, false),
        0,
        new WorkloadSettings(1, 1, 1, 1_000 * MILLI, 32, 1, 0, 0));
  }

  /**
   * Runs it.
   *
   * @return for how many milliseconds there was no leader; empty if the leader was lost before it
   *     could be crashed, which happens when timeouts are hardly longer than a broadcast
   */
  OptionalDouble millisWithoutLeader() {
    cluster.nodes().forEach(SimulatedNode::start);
    SimulatedNode leader = settledLeader();
    List<SimulatedNode> others = new ArrayList<>(cluster.nodes());
    others.remove(leader);
    for (int i = 0; i < 3; i++) {
      // One after the other gets no more entries: all logs differ in length.
      cluster.network().links().starve(others.remove(random.nextInt(others.size())).number());
      append(leader, i);
      run(8 * hopNanos);
    }
    run(2 * timeoutNanos);
    broadcast(leader);
    run(random.nextLong(timeoutNanos / 2));
    return isSettled(leader) ? OptionalDouble.of(crash(leader)) : OptionalDouble.empty();
  }

  private double crash(SimulatedNode leader) {
    long crashed = world.now();
    if (lossIsNoticed) {
      leader.crash();
    } else {
      leader.vanish();
    }
    while (cluster.nodes().stream().noneMatch(ElectionTrial::leads)) {
      run(STEP_NANOS);
    }
    return (world.now() - crashed) / (double) MILLI;
  }

  /** A linearizable read makes the leader ask all followers at once, as the thesis' script did. */
  private static void broadcast(SimulatedNode node) {
    Life life = node.life();
    if (life != null) {
      var unused =
          life.replica(LOG)
              .reader()
              .read(
                  0,
                  ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE),
                  life.nowNanos());
    }
  }

  private void append(SimulatedNode node, int number) {
    Life life = node.life();
    if (life != null) {
      new Probe(world, clients, life, new RecordKey("p" + number, 0, 0)).call();
    }
  }

  private SimulatedNode settledLeader() {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      run(4 * timeoutNanos);
      for (SimulatedNode node : cluster.nodes()) {
        if (isSettled(node)) {
          return node;
        }
      }
    }
    throw new Violation("Liveness", "no leader that all follow");
  }

  private boolean isSettled(SimulatedNode leader) {
    return leads(leader)
        && cluster.isFormed()
        && cluster.nodes().stream()
            .allMatch(node -> node == leader || follows(node.life(), leader.life()));
  }

  private static boolean follows(@Nullable Life life, @Nullable Life leader) {
    return life != null
        && leader != null
        && life.replica(LOG).status().role() == LogStatus.Role.FOLLOWER
        && life.core(LOG).term() == leader.core(LOG).term();
  }

  private static boolean leads(SimulatedNode node) {
    Life life = node.life();
    return life != null && life.leads();
  }

  private void run(long nanos) {
    world.queue.runUntil(world.now() + nanos);
    world.check();
  }
}
