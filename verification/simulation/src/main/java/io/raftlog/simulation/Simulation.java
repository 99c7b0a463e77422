package io.raftlog.simulation;

import io.raftlog.simulation.checkers.Violation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run: a cluster, its clients and its faults, all drawn from the seed. The same seed gives the
 * same run, event by event.
 */
public final class Simulation implements SeededRun {
  /** Counts the runs that came to their end and were checked there. */
  static final String CHECKED = "runs.checked";

  private static final long SECOND = 1_000_000_000L;

  private final long seed;
  private final long seconds;
  private final World world;
  private final Cluster cluster;
  private final Faults faults;
  private final List<LogClients> clients = new ArrayList<>();
  private final Recuperation recuperation;

  /**
   * A run that has not begun.
   *
   * @param seed everything follows from it
   * @param seconds of virtual time under faults; what follows until all is well is added
   * @param trace where a line for each event is printed, or null
   */
  public Simulation(long seed, long seconds, @Nullable PrintStream trace) {
    this.seed = seed;
    this.seconds = seconds;
    SeededRandom random = new SeededRandom(seed);
    Settings settings = Settings.draw(random);
    this.world = new World(settings, random, new Trace(trace));
    if (trace != null) {
      trace.println(settings);
    }
    this.cluster = new Cluster(world);
    this.faults = new Faults(world, cluster);
    for (String logId : cluster.invariants().keySet()) {
      clients.add(new LogClients(world, logId, cluster.nodes()));
    }
    for (SimulatedNode node : cluster.nodes()) {
      node.afterClose(life -> clients.forEach(log -> log.closed(life)));
    }
    this.recuperation = new Recuperation(world, cluster, clients);
  }

  @Override
  public SimulationResult run() {
    Violation violation = null;
    try {
      start();
      while (world.now() < seconds * SECOND) {
        world.queue.runUntil(world.now() + SECOND / 100);
        world.check();
      }
      faults.end();
      recuperation.run();
      for (LogClients log : clients) {
        log.check(cluster.committed(log.logId()));
      }
      somethingWasChecked();
      world.counters.add(CHECKED);
    } catch (Violation e) {
      violation = e;
    }
    world.counters.add("virtual.seconds", world.now() / SECOND);
    world.counters.add("events", world.queue.scheduled());
    return new SimulationResult("", seed, seconds, violation, world.trace.hash(), world.counters);
  }

  private void start() {
    for (SimulatedNode node : cluster.nodes()) {
      world.watch(node::start);
    }
    clients.forEach(LogClients::start);
    faults.start();
  }

  /** A run that proved nothing must not pass for one that found nothing. */
  private void somethingWasChecked() {
    long appended = world.counters.of("client.acknowledged");
    Violation.unless(appended > 0, "SomethingWasChecked", () -> "no append was acknowledged");
    Violation.unless(
        world.counters.sum("client.reads.records") > 0,
        "SomethingWasChecked",
        () -> "nothing was read");
    Violation.unless(
        faults.isCalm() || seconds < 30 || world.counters.sum("fault.") > 0,
        "SomethingWasChecked",
        () -> "no fault struck");
  }
}
