package io.raftlog.simulation.mutants;

import java.util.ArrayList;
import java.util.List;

/**
 * A deliberately broken build: some lines of the production code are replaced.
 *
 * @param name what is broken
 * @param bug what others have shipped, which this is or comes down to
 * @param slow whether it takes many seeds to find
 * @param run the class of {@code io.raftlog.simulation} whose runs find it
 * @param edits what is replaced
 */
public record Mutant(String name, String bug, boolean slow, String run, List<Edit> edits) {
  /**
   * One replacement.
   *
   * @param file the source, from io/raftlog/internal on
   * @param original what stands there exactly once
   * @param replacement what shall stand there
   */
  public record Edit(String file, String original, String replacement) {}

  static Mutant of(String name, String bug, String file, String original, String replacement) {
    return new Mutant(
        name, bug, false, "Simulation", List.of(new Edit(file, original, replacement)));
  }

  Mutant and(String file, String original, String replacement) {
    List<Edit> more = new ArrayList<>(edits);
    more.add(new Edit(file, original, replacement));
    return new Mutant(name, bug, slow, run, List.copyOf(more));
  }

  /** It takes more seeds than there is time for in every build. */
  Mutant andIsSlow() {
    return new Mutant(name, bug, true, run, edits);
  }

  /** It shows only where producers are forgotten. */
  Mutant andForgets() {
    return new Mutant(name, bug, slow, "ForgettingTrial", edits);
  }

  @Override
  public String toString() {
    return name;
  }
}
