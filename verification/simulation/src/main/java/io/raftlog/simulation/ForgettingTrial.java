package io.raftlog.simulation;

import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.simulation.Settings.DiskSettings;
import io.raftlog.simulation.Settings.NetworkSettings;
import io.raftlog.simulation.Settings.RateSettings;
import io.raftlog.simulation.Settings.ReplicaSettings;
import io.raftlog.simulation.Settings.WorkloadSettings;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.simulation.invariants.CommittedLog;
import io.raftlog.spi.StoredEntry;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log that remembers few producers, under all faults: ids are forgotten and begin again all the
 * time, while nodes that are cut off still have appends of earlier lives to send. One call appends
 * one record at most, whatever becomes of its producer, and what a caller is told of it is so.
 */
public final class ForgettingTrial implements SeededRun {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final String LOG = "log0";
  private static final int PRODUCERS = 6;
  private static final long APPEND_TIMEOUT_NANOS = 3 * SECOND;

  /** No shorter than what may be sent again, as every log has it; producers pause for longer. */
  private static final long EXPIRY_NANOS = APPEND_TIMEOUT_NANOS + SECOND;

  private final long seed;
  private final long seconds;
  private final World world;
  private final Cluster cluster;
  private final Faults faults;
  private final LogClients log;
  private final Recuperation recuperation;
  private final List<RestlessProducer> producers = new ArrayList<>();

  /**
   * A run that has not begun.
   *
   * @param seed everything follows from it
   * @param seconds of virtual time under faults; what follows until all is well is added
   * @param trace where a line for each event is printed, or null
   */
  public ForgettingTrial(long seed, long seconds, @Nullable PrintStream trace) {
    this.seed = seed;
    this.seconds = seconds;
    SeededRandom seeded = new SeededRandom(seed);
    this.world = new World(settings(seeded), seeded, new Trace(trace));
    SeededRandom random = world.newRandom();
    this.cluster = new Cluster(world);
    this.faults = new Faults(world, cluster);
    this.log = new LogClients(world, LOG, cluster.nodes());
    this.recuperation = new Recuperation(world, cluster, List.of(log));
    for (int i = 0; i < PRODUCERS; i++) {
      producers.add(new RestlessProducer(world, log, random.fork(), "p" + i));
    }
  }

  private static Settings settings(SeededRandom random) {
    LogSettings remembers =
        random.chance(0.7)
            ? new LogSettings((int) random.between(2, 4), Long.MAX_VALUE)
            : new LogSettings((int) random.between(2, 10), EXPIRY_NANOS);
    boolean calm = random.chance(0.3);
    return new Settings(
        3,
        1,
        new ReplicaSettings(
            300 * MILLI,
            50 * MILLI,
            1 << 20,
            16 << 20,
            256,
            APPEND_TIMEOUT_NANOS,
            1 << 20,
            64 << 20,
            65_536,
            random.chance(0.5) ? 2_048 : 32 << 20,
            random.logUniform(256, 65_536),
            remembers),
        new NetworkSettings(
            MILLI / 2,
            random.logUniform(MILLI / 10, 20 * MILLI),
            random.chance(0.5),
            random.chance(0.3),
            calm ? 0 : random.nextDouble() * 0.1,
            calm ? 0 : random.nextDouble() * 0.1,
            calm ? 0 : random.nextDouble() * 0.05,
            0,
            RateSettings.draw(random.aside(1))),
        new DiskSettings(false, MILLI / 5, MILLI / 5, MILLI / 5, random.chance(0.5)),
        100,
        new WorkloadSettings(1, 1, 1, SECOND, 32, 1, 0, 0));
  }

  @Override
  public SimulationResult run() {
    Violation violation = null;
    try {
      runFaultsAndRecover();
      Map<RecordKey, List<Long>> offsets = offsets(cluster.committed(LOG));
      producers.forEach(producer -> producer.check(offsets));
      world.counters.add(Simulation.CHECKED);
    } catch (Violation e) {
      violation = e;
    }
    return new SimulationResult(
        " -Dforgetting", seed, seconds, violation, world.trace.hash(), world.counters);
  }

  private void runFaultsAndRecover() {
    for (SimulatedNode node : cluster.nodes()) {
      world.watch(node::start);
    }
    producers.forEach(RestlessProducer::start);
    faults.start();
    while (world.now() < seconds * SECOND) {
      world.queue.runUntil(world.now() + SECOND / 100);
      world.check();
    }
    faults.end();
    producers.forEach(RestlessProducer::stop);
    recuperation.run();
    world.queue.runUntil(world.now() + 2 * APPEND_TIMEOUT_NANOS);
    for (SimulatedNode node : cluster.nodes()) {
      Life life = node.life();
      if (life != null && !node.isPaused()) {
        producers.forEach(producer -> producer.checkNobodyWaits(life));
      }
    }
  }

  /** Where each record is in the log: its payload says which call's it is. */
  private Map<RecordKey, List<Long>> offsets(CommittedLog committed) {
    Map<RecordKey, List<Long>> offsets = new HashMap<>();
    for (long index = 1; index <= committed.lastIndex(); index++) {
      StoredEntry entry = committed.at(index).entry();
      if (EntryLayout.header(entry.bytes()).kind() != EntryKind.RECORDS) {
        continue;
      }
      long offset = entry.firstOffset();
      for (RunCursor run = new RunCursor(entry.bytes().duplicate()); run.nextRun(); ) {
        int at = run.recordsFrom();
        for (int i = 0; i < run.count() && !run.isControl(); i++) {
          RecordKey key =
              log.payloads()
                  .keyOf(run.body(at), run.producer().toString(), run.firstSequence() + i);
          offsets.computeIfAbsent(key, call -> new ArrayList<>()).add(offset++);
          at = run.after(at);
        }
      }
    }
    offsets.forEach(
        (call, places) ->
            Violation.unless(
                places.size() == 1,
                "OneCallOneRecord",
                () -> "the record of one call, " + call + ", is at the offsets " + places));
    return offsets;
  }
}
