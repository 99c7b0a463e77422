package io.raftlog.simulation;

import io.raftlog.internal.subscription.DeliveryThreads;
import java.util.ArrayList;
import java.util.List;

/** The threads of a process on which subscribers are called: some time later, in any order. */
final class SimulatedDeliveries implements DeliveryThreads {
  private static final long MAX_DELAY_NANOS = 500_000;

  private final World world;
  private final Life life;
  private final SeededRandom random;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean draining;

  SimulatedDeliveries(World world, Life life, SeededRandom random) {
    this.world = world;
    this.life = life;
    this.random = random;
  }

  @Override
  public void execute(Runnable task) {
    if (draining) {
      world.watch(task);
      return;
    }
    waiting.add(task);
    world.queue.after(
        random.nextLong(MAX_DELAY_NANOS),
        () -> {
          if (life.isAlive() && waiting.remove(task)) {
            world.watch(task);
          }
        });
  }

  @Override
  public void executeLater(Runnable task, long delayNanos) {
    world.queue.after(
        delayNanos,
        () -> {
          if (life.isAlive()) {
            world.watch(task);
          }
        });
  }

  @Override
  public boolean areShort() {
    return random.chance(0.2);
  }

  /** Runs what waits: the process ends in order. */
  void drain() {
    draining = true;
    List.copyOf(waiting).forEach(world::watch);
    waiting.clear();
  }
}
