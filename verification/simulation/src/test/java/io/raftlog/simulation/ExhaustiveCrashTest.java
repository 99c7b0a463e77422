package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A crash at every storage operation of a run of three nodes, with every number of the writes that
 * were not durable kept. A write that is torn, at whatever byte, or that overtook a torn one, is
 * none to whoever opens the log: so says the contract of storages, and their suites prove it.
 */
class ExhaustiveCrashTest {
  private static final long MILLI = 1_000_000;
  private static final long SCRIPT_NANOS = 700 * MILLI;
  private static final long SEED = 11;

  @Test
  void shouldSurviveACrashAtEachWrite() {
    long operations = run(Long.MAX_VALUE, 0).counters.of("disk.writes");
    int crashes = 0;

    for (long at = 1; at <= operations; at++) {
      for (int lost = 0; lost <= 2; lost++) {
        crashes += (int) run(at, lost).counters.of("crashes");
      }
    }

    assertThat(operations).isGreaterThan(50);
    assertThat(crashes).isEqualTo(3 * (int) operations);
  }

  /** Crashes the node that makes this write, and loses so many of its last writes. */
  private static World run(long at, int lost) {
    World world = new World(SmallClusters.three(), new SeededRandom(SEED), new Trace(null));
    Cluster cluster = new Cluster(world);
    LogClients clients = new LogClients(world, "log0", cluster.nodes());
    for (SimulatedNode node : cluster.nodes()) {
      world.watch(node::start);
      node.disk().onWrite(() -> crashIfDue(world, node, at, lost));
    }
    clients.start();
    world.queue.runUntil(SCRIPT_NANOS);
    if (at < Long.MAX_VALUE) {
      new Recuperation(world, cluster, List.of(clients)).run();
      clients.check(cluster.committed("log0"));
    }
    world.check();
    return world;
  }

  private static void crashIfDue(World world, SimulatedNode node, long at, int lost) {
    if (world.counters.of("disk.writes") == at) {
      world.counters.add("crashes");
      world.queue.after(
          0,
          () -> {
            node.disk().crash(Math.max(0, node.disk().unsynced() - lost));
            node.crash();
            world.queue.after(5 * MILLI, () -> world.watch(node::start));
          });
    }
  }
}
