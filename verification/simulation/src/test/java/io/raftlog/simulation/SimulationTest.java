package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int THREADS = 2;
  private static final long SECONDS = 60;
  private static final long FIRST_SEED = 1;
  private static final int SEEDS = 300;

  @Test
  void shouldViolateNothingInAnySeed() throws Exception {
    List<String> failures = new ArrayList<>();
    Counters total = new Counters();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      ExecutorCompletionService<SimulationResult> runs = new ExecutorCompletionService<>(pool);
      for (int i = 0; i < SEEDS; i++) {
        long seed = FIRST_SEED + i;
        runs.submit(() -> new Simulation(seed, SECONDS, null).run());
      }
      for (int i = 0; i < SEEDS; i++) {
        SimulationResult result = runs.take().get();
        total.addAll(result.counters());
        if (result.violation() != null) {
          failures.add(result.report());
        }
      }
    } finally {
      pool.shutdownNow();
    }
    total.all().forEach((what, count) -> System.out.println(count + " " + what));

    assertThat(failures).isEmpty();
    assertThat(total.of(Simulation.CHECKED)).isEqualTo(SEEDS);
    for (Fault kind : Fault.values()) {
      assertThat(total.of("fault." + kind)).as(kind.name()).isPositive();
    }
    assertThat(total.of("log.truncations")).isPositive();
  }
}
