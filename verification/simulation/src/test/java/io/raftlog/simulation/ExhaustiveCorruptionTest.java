package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.LogStatus;
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

  /** Whether a leader is found and everything can be read, after a restart of all. */
  private static boolean recovers(int damage) {
    World world = new World(SmallClusters.three(), new SeededRandom(5), new Trace(null));
    Cluster cluster = new Cluster(world);
    LogClients clients = new LogClients(world, "log0", cluster.nodes());
    cluster.nodes().forEach(SimulatedNode::start);
    world.queue.runUntil(SECOND / 4);
    for (int i = 0; i < ENTRIES - 1; i++) {
      // The first of the four entries is the one that forms the cluster.
      clients.appendOne("p" + i);
      world.queue.runUntil(world.now() + SECOND / 20);
    }
    assertThat(cluster.committed("log0").lastIndex()).isEqualTo(ENTRIES);
    cluster.nodes().forEach(SimulatedNode::crash);
    for (SimulatedNode node : cluster.nodes()) {
      for (int entry = 0; entry < ENTRIES; entry++) {
        if (isDamaged(damage, node.number(), entry)) {
          node.disk().flipBit("log0", entry + 1);
        }
      }
      node.start();
    }
    world.queue.runUntil(world.now() + SECOND / 2);
    world.check();
    boolean leads = cluster.nodes().stream().anyMatch(ExhaustiveCorruptionTest::leads);
    if (leads) {
      clients.check(cluster.committed("log0"));
    }
    return leads;
  }

  private static boolean leads(SimulatedNode node) {
    Life life = node.life();
    return life != null && life.replica("log0").status().role() == LogStatus.Role.LEADER;
  }
}
