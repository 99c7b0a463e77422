package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Four entries on three nodes, each copy intact or corrupted: all 4,096 combinations. In 2,401 of
 * them every entry is intact somewhere. Nothing wrong may ever be served, nothing may be lost
 * silently. A replica with a corrupted entry refuses to start today, so that exactly the
 * combinations with two intact nodes go on; repair of an entry from peers would save the others.
 */
class ExhaustiveCorruptionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int ENTRIES = 4;
  private static final int NODES = 3;
  private static final int RECOVERABLE = 2_401;

  /** All three intact, or one of three with any of 15 kinds of damage. */
  private static final int WITH_TWO_INTACT_NODES = 1 + 3 * 15;

  @Test
  void shouldNeverServeACorruptedEntryNorLoseOneSilently() {
    int everyEntryIntactSomewhere = 0;
    int recovered = 0;
    for (int damage = 0; damage < 1 << (ENTRIES * NODES); damage++) {
      boolean recovers = recovers(damage);
      everyEntryIntactSomewhere += isIntactSomewhere(damage) ? 1 : 0;
      recovered += recovers ? 1 : 0;
      assertThat(recovers).as("%s", Integer.toBinaryString(damage)).isEqualTo(intact(damage) >= 2);
    }

    System.out.println(
        recovered + " of " + everyEntryIntactSomewhere + " recoverable combinations recover");
    assertThat(everyEntryIntactSomewhere).isEqualTo(RECOVERABLE);
    assertThat(recovered).isEqualTo(WITH_TWO_INTACT_NODES);
  }

  private static boolean isDamaged(int damage, int node, int entry) {
    return (damage >> (node * ENTRIES + entry) & 1) != 0;
  }

  private static boolean isIntactSomewhere(int damage) {
    for (int entry = 0; entry < ENTRIES; entry++) {
      boolean lost = true;
      for (int node = 0; node < NODES; node++) {
        lost &= isDamaged(damage, node, entry);
      }
      if (lost) {
        return false;
      }
    }
    return true;
  }

  private static int intact(int damage) {
    int intact = 0;
    for (int node = 0; node < NODES; node++) {
      intact += (damage >> (node * ENTRIES) & ((1 << ENTRIES) - 1)) == 0 ? 1 : 0;
    }
    return intact;
  }

  /** Whether a leader is found after a restart of all; and then everything must be served. */
  private static boolean recovers(int damage) {
    World world = new World(SmallClusters.three(), new SeededRandom(damage), new Trace(null));
    Cluster cluster = new Cluster(world);
    LogClients clients = new LogClients(world, "log0", cluster.nodes());
    cluster.nodes().forEach(SimulatedNode::start);
    // The first of the four entries is the one that forms the cluster.
    runUntilCommitted(world, cluster, 1);
    for (int i = 1; i < ENTRIES; i++) {
      clients.appendOne("p" + i);
      runUntilCommitted(world, cluster, i + 1);
    }
    world.queue.runUntil(world.now() + SECOND / 10);
    world.check();
    cluster.nodes().forEach(SimulatedNode::crash);
    for (SimulatedNode node : cluster.nodes()) {
      damage(node, damage);
      node.start();
    }
    world.queue.runUntil(world.now() + SECOND / 2);
    List<Life> running = running(cluster);
    running.forEach(life -> new ReadBack(world, clients, life).read());
    world.queue.runUntil(world.now() + SECOND / 10);
    world.check();
    clients.check(cluster.committed("log0"));
    boolean leads = running.stream().anyMatch(Life::leads);
    long served = world.counters.of("client.reads.records");
    assertThat(served).isLessThanOrEqualTo((long) (ENTRIES - 1) * running.size());
    if (leads) {
      assertThat(served).isEqualTo((long) (ENTRIES - 1) * running.size());
    }
    return leads;
  }

  private static void runUntilCommitted(World world, Cluster cluster, long index) {
    while (cluster.committed("log0").lastIndex() < index) {
      world.queue.runUntil(world.now() + SECOND / 1_000);
      world.check();
    }
    assertThat(cluster.committed("log0").lastIndex()).isEqualTo(index);
  }

  private static void damage(SimulatedNode node, int damage) {
    assertThat(node.disk().durable("log0").lastIndex()).isEqualTo(ENTRIES);
    for (int entry = 0; entry < ENTRIES; entry++) {
      if (isDamaged(damage, node.number(), entry)) {
        node.disk().flipBit("log0", entry + 1);
      }
    }
  }

  private static List<Life> running(Cluster cluster) {
    return cluster.nodes().stream().map(SimulatedNode::life).filter(Objects::nonNull).toList();
  }
}
