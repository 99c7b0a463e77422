package io.raftlog.simulation;

import io.raftlog.simulation.checkers.Violation;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What every part of a run shares. Owned by the run's thread. */
final class World {
  final Settings settings;
  final EventQueue queue = new EventQueue();
  final Counters counters = new Counters();
  final Trace trace;
  private final SeededRandom seeds;
  private @Nullable Violation violation;
  private @Nullable Milestone milestone;

  /** How much election timeouts differ at most; 0 as the replica draws them. */
  private long electionSpreadNanos;

  World(Settings settings, SeededRandom seeds, Trace trace) {
    this.settings = settings;
    this.seeds = seeds;
    this.trace = trace;
  }

  /** A generator that does not change what others draw, for faults that came later. */
  SeededRandom randomAside(long salt) {
    return seeds.aside(salt);
  }

  /** A generator of its own for whoever asks. */
  SeededRandom newRandom() {
    return seeds.fork();
  }

  /** Does something when the next vote becomes durable, or the next leader leads, wherever. */
  void atNextMilestone(Milestone action) {
    milestone = action;
  }

  /** A node's vote is durable, or it leads. */
  void reachedMilestone(String node, boolean leads) {
    Milestone action = milestone;
    milestone = null;
    if (action != null) {
      action.reached(node, leads);
    }
  }

  /** What is done when a node's vote has become durable, or when it leads. */
  interface Milestone {
    void reached(String node, boolean leads);
  }

  /** For measuring elections only: timeouts are drawn from so far above the shortest one. */
  void spreadElections(long nanos) {
    electionSpreadNanos = nanos;
  }

  /** What a replica draws its timeouts from. */
  RandomGenerator newReplicaRandom() {
    SeededRandom random = newRandom();
    return electionSpreadNanos == 0 ? random : new NarrowRandom(random, electionSpreadNanos);
  }

  private record NarrowRandom(SeededRandom random, long spread) implements RandomGenerator {
    @Override
    public long nextLong() {
      return random.nextLong();
    }

    @Override
    public long nextLong(long bound) {
      return random.nextLong(Math.min(bound, spread));
    }
  }

  /**
   * Does something, and keeps what was violated by it: an exception would be caught on its way out
   * by the production code that called.
   */
  void watch(Runnable action) {
    try {
      action.run();
    } catch (Violation e) {
      report(e);
    } catch (RuntimeException e) {
      Violation wrapped = new Violation("Unexpected", e.toString());
      wrapped.initCause(e);
      report(wrapped);
    }
  }

  void report(Violation seen) {
    if (violation == null) {
      violation = seen;
    }
  }

  /** Ends the run if something was violated. */
  void check() {
    if (violation != null) {
      throw violation;
    }
  }

  long now() {
    return queue.nowNanos();
  }

  void trace(String what, String where, long number, java.util.function.Supplier<String> detail) {
    trace.add(queue.nowNanos(), what, where, number, detail);
  }
}
