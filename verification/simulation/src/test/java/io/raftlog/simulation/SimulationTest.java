package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int THREADS = 2;
  private static final long SECONDS = 60;
  private static final long FIRST_SEED = 1;
  private static final int SEEDS = 300;

  /**
   * Seeds that found something once, with the fault phase's length in seconds at which they did.
   */
  private static final List<long[]> REGRESSIONS =
      List.of(new long[] {5_001_633, 60}, new long[] {5_002_834, 60});

  @Test
  void shouldViolateNothingInAnySeed() throws Exception {
    List<long[]> runs =
        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
            .mapToObj(seed -> new long[] {seed, SECONDS})
            .toList();

    assertThat(failuresOf(runs)).isEmpty();
  }

  @Test
  void shouldNotFailAgainWhereItOnceDid() throws Exception {
    assertThat(failuresOf(REGRESSIONS)).isEmpty();
  }

  private static List<String> failuresOf(List<long[]> seedsAndSeconds) throws Exception {
    List<String> failures = new ArrayList<>();
    Counters total = new Counters();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      ExecutorCompletionService<SimulationResult> runs = new ExecutorCompletionService<>(pool);
      for (long[] run : seedsAndSeconds) {
        runs.submit(() -> new Simulation(run[0], run[1], null).run());
      }
      for (int i = 0; i < seedsAndSeconds.size(); i++) {
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
    return failures;
  }
}
