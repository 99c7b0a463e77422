package io.raftlog.jepsen;

import io.raftlog.simulation.mutants.Mutant;
import io.raftlog.simulation.mutants.MutantCompiler;
import io.raftlog.simulation.mutants.Mutants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Puts one of the simulator's bugs into the nodes. */
final class Mutation {
  private static final String INTERNAL = "raftlog-core/src/main/java/io/raftlog/internal";

  private Mutation() {}

  /** Compiles what a mutant replaces; returns where it is, nothing when there is no mutant. */
  static List<Path> compile(String name, Path sources, Path folder) throws IOException {
    if (name.isEmpty()) {
      return List.of();
    }
    Mutant mutant =
        Mutants.ALL.stream()
            .filter(one -> one.name().equals(name))
            .findAny()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no mutant \"" + name + "\"; see verification/simulation"));
    Path classes = folder.resolve("mutant");
    for (Map.Entry<String, byte[]> one :
        MutantCompiler.compile(mutant, sources.resolve(INTERNAL)).entrySet()) {
      Path file = classes.resolve(one.getKey().replace('.', '/') + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, one.getValue());
    }
    System.out.println("mutant: " + mutant.name() + " (" + mutant.bug() + ")");
    return List.of(classes);
  }
}
