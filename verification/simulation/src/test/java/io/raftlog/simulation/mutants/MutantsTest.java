package io.raftlog.simulation.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Kills every mutant, and says with how many seeds. Takes long, so it runs on request: {@code
 * -Dmutants=true}.
 */
@EnabledIfSystemProperty(named = "mutants", matches = "true")
class MutantsTest {
  private static final int THREADS = 2;
  private static final long SECONDS = 20;
  private static final int MAX_SEEDS = Integer.getInteger("mutant.seeds", 600);

  private record Killed(Mutant mutant, int seeds, String by) {}

  @Test
  void shouldKillEveryMutant() throws Exception {
    List<Future<Killed>> runs = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      for (Mutant mutant : Mutants.ALL) {
        runs.add(pool.submit(() -> kill(mutant)));
      }
      List<String> survivors = new ArrayList<>();
      for (Future<Killed> run : runs) {
        Killed killed = run.get();
        System.out.println(
            "| " + killed.mutant() + " | " + killed.seeds() + " | " + killed.by() + " |");
        if (killed.by().isEmpty()) {
          survivors.add(killed.mutant().name());
        }
      }
      assertThat(survivors).isEmpty();
    } finally {
      pool.shutdownNow();
    }
  }

  private static Killed kill(Mutant mutant) throws Exception {
    Class<?> simulation = MutantLoader.of(mutant).loadClass("io.raftlog.simulation.Simulation");
    Constructor<?> maker = simulation.getConstructor(long.class, long.class, PrintStream.class);
    for (int seed = 1; seed <= MAX_SEEDS; seed++) {
      Object run = maker.newInstance((long) seed, SECONDS, null);
      Object result = simulation.getMethod("run").invoke(run);
      Object violation = result.getClass().getMethod("violation").invoke(result);
      if (violation != null) {
        return new Killed(
            mutant, seed, (String) violation.getClass().getMethod("rule").invoke(violation));
      }
    }
    return new Killed(mutant, MAX_SEEDS, "");
  }
}
