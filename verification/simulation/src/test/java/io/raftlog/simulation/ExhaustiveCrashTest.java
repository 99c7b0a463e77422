package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.simulation.checkers.Violation;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A crash at every storage operation of a scripted run: three nodes are formed into a cluster and
 * append, their leader is cut off with appends in flight and comes back to have them truncated, and
 * checkpoints are written in between.
 *
 * <p>What a crash leaves behind is, by the contract of storages, some of the writes that were not
 * durable, the oldest first: all of them, none, or any number in between. A write that is torn, at
 * whatever byte, and one that overtook a torn one, is none to whoever opens the log; that a storage
 * keeps this is proved byte by byte where the bytes are, in the suites of the storages. So all that
 * a replica can ever find after a crash at an operation is tried here.
 */
class ExhaustiveCrashTest {
  private static final long MILLI = 1_000_000;
  private static final long CUT_OFF_NANOS = 150 * MILLI;
  private static final long HEALED_NANOS = 420 * MILLI;
  private static final long END_NANOS = 550 * MILLI;
  private static final long SEED = 11;

  /** Who goes down, and whether what was sent in the same round of the loop still goes out. */
  private enum Mode {
    NODE_AFTER_ITS_SENDS,
    NODE_BEFORE_ITS_SENDS,
    ALL_NODES,
  }

  /** Which write is the last, and how many of those that are not durable then survive it. */
  private record Crash(long at, int kept, Mode mode) {
    static final Crash NONE = new Crash(Long.MAX_VALUE, 0, Mode.ALL_NODES);
  }

  private World world = newWorld();
  private Cluster cluster = new Cluster(world);
  private int unsyncedAtCrash;

  @Test
  void shouldSurviveACrashAtEachWrite() {
    run(Crash.NONE);
    long operations = world.counters.of("disk.writes");
    assertThat(operations).isGreaterThan(50);
    assertThat(world.counters.of("log.truncations")).isPositive();
    assertThat(world.counters.of("disk.checkpoints")).isPositive();

    AtomicInteger crashes = new AtomicInteger();
    for (long at = 1; at <= operations; at++) {
      for (Mode mode : Mode.values()) {
        unsyncedAtCrash = 0;
        for (int kept = 0; kept <= unsyncedAtCrash; kept++) {
          run(new Crash(at, kept, mode));
          crashes.addAndGet((int) world.counters.of("crashes"));
        }
      }
    }

    System.out.println(crashes + " crashes at " + operations + " storage operations");
    assertThat(crashes.get()).isGreaterThan(2 * 3 * (int) operations);
  }

  private static World newWorld() {
    return new World(SmallClusters.three(), new SeededRandom(SEED), new Trace(null));
  }

  private void run(Crash crash) {
    world = newWorld();
    cluster = new Cluster(world);
    LogClients clients = new LogClients(world, "log0", cluster.nodes());
    for (SimulatedNode node : cluster.nodes()) {
      world.watch(node::start);
      node.disk().onWrite(() -> crashIfDue(node, crash));
    }
    clients.start();
    world.queue.at(CUT_OFF_NANOS, this::cutOffLeader);
    world.queue.at(HEALED_NANOS, cluster.network().links()::healAll);
    world.queue.runUntil(END_NANOS);
    try {
      world.check();
      if (!crash.equals(Crash.NONE)) {
        new Recuperation(world, cluster, List.of(clients)).run();
        clients.check(cluster.committed("log0"));
      }
      world.check();
    } catch (Violation e) {
      throw new AssertionError(crash.toString(), e);
    }
  }

  private void cutOffLeader() {
    for (SimulatedNode node : cluster.nodes()) {
      Life life = node.life();
      if (life != null && life.leads()) {
        int leader = node.number();
        cluster.network().links().cutWhere((from, to) -> from == leader || to == leader);
        return;
      }
    }
  }

  private void crashIfDue(SimulatedNode node, Crash crash) {
    Life life = node.life();
    if (world.counters.of("disk.writes") != crash.at() || life == null) {
      return;
    }
    world.counters.add("crashes");
    if (crash.mode() != Mode.NODE_AFTER_ITS_SENDS) {
      life.end();
    }
    world.queue.after(
        0,
        () -> {
          unsyncedAtCrash = node.disk().unsynced();
          node.disk().crash(Math.min(unsyncedAtCrash, crash.kept()));
          powerOff(node);
          if (crash.mode() == Mode.ALL_NODES) {
            cluster.nodes().stream().filter(other -> other != node).forEach(this::lose);
          }
        });
  }

  private void lose(SimulatedNode node) {
    node.disk().crash(0);
    powerOff(node);
  }

  private void powerOff(SimulatedNode node) {
    node.crash();
    world.queue.after(5 * MILLI, () -> world.watch(node::start));
  }
}
