package io.raftlog.simulation.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The simulator kills every mutant. What takes a few seeds is done always; all of it takes minutes,
 * and is done on request: {@code -Dmutants=true}, which also writes docs/mutants.md. A seed does
 * the same on every JDK, so that one of them is enough: {@code -DexcludedGroups=mutants}.
 */
@Tag("mutants")
class MutantsTest {
  private static final int THREADS = 2;
  private static final long SECONDS = 20;
  private static final int MAX_SEEDS = Integer.getInteger("mutant.seeds", 2_000);

  /** Only those whose names match are put to the test on request. */
  private static final Pattern ONLY = Pattern.compile(System.getProperty("mutant.only", ""));

  /** Far more than those take that are not said to be slow, so that nobody's change trips it. */
  private static final int MAX_SEEDS_OF_QUICK = 60;

  private record Killed(Mutant mutant, int seeds, String by) {}

  private interface Work<T> {
    T on(Mutant mutant) throws Exception;
  }

  /** Compiling one shows that it still fits the sources. */
  @Test
  void shouldApplyEveryMutant() throws Exception {
    List<String> misfits = each(Mutants.ALL, MutantsTest::misfit);

    assertThat(misfits)
        .hasSizeGreaterThanOrEqualTo(25)
        .allSatisfy(one -> assertThat(one).isEmpty());
  }

  @Test
  void shouldKillQuickMutants() throws Exception {
    List<Mutant> quick = Mutants.ALL.stream().filter(mutant -> !mutant.slow()).toList();

    List<Killed> killed = each(quick, mutant -> kill(mutant, MAX_SEEDS_OF_QUICK));

    assertThat(survivors(killed)).isEmpty();
  }

  @Test
  @EnabledIfSystemProperty(named = "mutants", matches = "true")
  void shouldKillEveryMutant() throws Exception {
    List<Mutant> chosen =
        Mutants.ALL.stream().filter(mutant -> ONLY.matcher(mutant.name()).find()).toList();

    List<Killed> killed =
        each(
            chosen,
            mutant -> {
              Killed one = kill(mutant, MAX_SEEDS);
              System.out.print(row(one));
              return one;
            });

    if (chosen.size() == Mutants.ALL.size()) {
      report(killed);
    }
    assertThat(survivors(killed)).isEmpty();
  }

  /** Why a mutant does not fit the sources any more; empty if it does. */
  private static String misfit(Mutant mutant) throws IOException {
    try {
      MutantLoader.of(mutant);
      return "";
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static <T> List<T> each(List<Mutant> mutants, Work<T> work) throws Exception {
    List<Future<T>> runs = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      for (Mutant mutant : mutants) {
        runs.add(pool.submit(() -> work.on(mutant)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> run : runs) {
        results.add(run.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<String> survivors(List<Killed> killed) {
    return killed.stream()
        .filter(one -> one.by().isEmpty())
        .map(one -> one.mutant().name())
        .toList();
  }

  private static Killed kill(Mutant mutant, int maxSeeds) throws Exception {
    Class<?> simulation =
        MutantLoader.of(mutant).loadClass("io.raftlog.simulation." + mutant.run());
    Constructor<?> maker = simulation.getConstructor(long.class, long.class, PrintStream.class);
    for (int seed = 1; seed <= maxSeeds; seed++) {
      Object run = maker.newInstance((long) seed, SECONDS, null);
      Object result = simulation.getMethod("run").invoke(run);
      Object violation = result.getClass().getMethod("violation").invoke(result);
      if (violation != null) {
        return new Killed(
            mutant, seed, (String) violation.getClass().getMethod("rule").invoke(violation));
      }
    }
    return new Killed(mutant, maxSeeds, "");
  }

  private static String row(Killed killed) {
    return "| "
        + killed.mutant().name()
        + " | "
        + killed.mutant().bug()
        + " | "
        + killed.seeds()
        + " | "
        + (killed.by().isEmpty() ? "survived" : "`" + killed.by() + "`")
        + " |\n";
  }

  private static void report(List<Killed> killed) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            # Mutants

            A simulator is worth what it finds. Each mutant is our own code with one bug put in that
            others have shipped, or what that bug comes down to here; it is compiled in a test only,
            from the sources as they are. The table says how many seeds of %d virtual seconds it took,
            beginning with seed 1, until a checker objected, and which one. Written by
            `mvn -pl verification/simulation -am verify -Dmutants=true -Dtest=MutantsTest
            -Dsurefire.failIfNoSpecifiedTests=false`; every `mvn verify` compiles all of them and
            kills those that take few seeds.

            | what is broken | the bug that others shipped | seeds | caught by |
            | --- | --- | --- | --- |
            """
                .formatted(SECONDS));
    killed.forEach(one -> text.append(row(one)));
    Files.writeString(Path.of("../../docs/mutants.md"), text);
  }
}
