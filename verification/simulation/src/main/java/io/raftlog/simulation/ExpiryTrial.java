package io.raftlog.simulation;

import io.raftlog.internal.entry.LogSettings;
import io.raftlog.simulation.Settings.DiskSettings;
import io.raftlog.simulation.Settings.NetworkSettings;
import io.raftlog.simulation.Settings.RateSettings;
import io.raftlog.simulation.Settings.ReplicaSettings;
import io.raftlog.simulation.Settings.WorkloadSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * An hour in the life of a log whose producers come and go: some are used all the time, some so
 * rarely that they expire, and there are more than the log keeps. Leaders crash, and once most
 * nodes are down for longer than a producer may be idle, which must expire nobody.
 */
final class ExpiryTrial {
  private static final long MILLI = 1_000_000;
  private static final long MINUTE = 60_000 * MILLI;
  private static final String LOG = "log0";
  private static final int NODES = 3;
  private static final int PRODUCERS = 60;
  private static final LogSettings SETTINGS = new LogSettings(45, 5 * MINUTE);

  private final World world;
  private final Cluster cluster;
  private final SeededRandom random;
  private final Expiry expiry = new Expiry(SETTINGS.producerExpiryNanos(), SETTINGS.maxProducers());

  ExpiryTrial(long seed) {
    this.world = new World(settings(), new SeededRandom(seed), new Trace(null));
    this.random = world.newRandom();
    this.cluster = new Cluster(world);
  }

  private static Settings settings() {
    return new Settings(
        NODES,
        1,
        new ReplicaSettings(
            500 * MILLI,
            100 * MILLI,
            1 << 20,
            16 << 20,
            256,
            30_000 * MILLI,
            1 << 20,
            64 << 20,
            65_536,
            32 << 20,
            5_000,
            SETTINGS),
        new NetworkSettings(MILLI, MILLI, true, false, 0, 0, 0, 0, RateSettings.UNBOUNDED),
        new DiskSettings(false, MILLI, MILLI, MILLI, false),
        100,
        new WorkloadSettings(1, 1, 1, MINUTE, 32, 1, 0, 0));
  }

  /** Runs the hour, and checks the log by the rule. */
  void run() {
    cluster.nodes().forEach(SimulatedNode::start);
    LogClients log = new LogClients(world, LOG, cluster.nodes());
    List<SporadicProducer> producers = new ArrayList<>();
    for (int i = 0; i < PRODUCERS; i++) {
      long pause = i % 3 == 0 ? MINUTE / 6 : random.between(MINUTE, 8 * MINUTE);
      producers.add(new SporadicProducer(world, log, random.fork(), "p" + i, pause));
    }
    producers.forEach(SporadicProducer::start);
    for (int minute = 0; minute < 60; minute += 3) {
      pass(5 * MINUTE / 2 + random.nextLong(MINUTE));
      List<SimulatedNode> down = minute == 30 ? cluster.nodes().subList(0, 2) : leaders();
      down.forEach(SimulatedNode::crash);
      pass(minute == 30 ? 10 * MINUTE : random.nextLong(MINUTE / 2));
      down.forEach(SimulatedNode::start);
    }
    pass(MINUTE);
    expiry.check(cluster.committed(LOG));
  }

  private List<SimulatedNode> leaders() {
    return cluster.nodes().stream()
        .filter(node -> node.life() != null && node.life().leads())
        .toList();
  }

  private void pass(long nanos) {
    world.queue.runUntil(world.now() + nanos);
    world.check();
  }

  long virtualMinutes() {
    return world.now() / MINUTE;
  }

  /** What the log forgot, by the rule. */
  Expiry expiry() {
    return expiry;
  }

  Counters counters() {
    return world.counters;
  }

  long comparedCheckpoints() {
    return cluster.invariants().values().stream()
        .mapToLong(rules -> rules.comparedCheckpoints())
        .sum();
  }
}
