package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DeterminismTest {
  private static final long SECONDS = 20;

  /** The program of another process: prints the hash of a run. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      System.out.println(hash(Long.parseLong(args[0])));
    }
  }

  @Test
  void shouldDoTheSameForTheSameSeed() {
    for (long seed = 70; seed < 75; seed++) {
      assertThat(hash(seed)).isEqualTo(hash(seed));
    }
  }

  @Test
  void shouldDoSomethingElseForAnotherSeed() {
    assertThat(hash(70)).isNotEqualTo(hash(71));
  }

  /** Every JDK beside this one is asked, each in a process of its own, this one included. */
  @TestFactory
  Stream<DynamicTest> shouldDoTheSameOnOtherJdks() throws IOException {
    return jdks().stream()
        .map(
            jdk ->
                DynamicTest.dynamicTest(
                    jdk.getFileName().toString(),
                    () -> {
                      for (long seed = 70; seed < 73; seed++) {
                        assertThat(hashOn(jdk, seed)).isEqualTo(hash(seed));
                      }
                    }));
  }

  private static List<Path> jdks() throws IOException {
    Path own = Path.of(System.getProperty("java.home"));
    List<Path> jdks = new ArrayList<>(List.of(own));
    Path parent = own.getParent();
    if (parent != null) {
      try (Stream<Path> siblings = Files.list(parent)) {
        siblings
            .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
            .filter(jdk -> !Files.isSymbolicLink(jdk) && !jdk.equals(own))
            .forEach(jdks::add);
      }
    }
    return jdks;
  }

  private static long hashOn(Path jdk, long seed) throws IOException {
    Process process =
        new ProcessBuilder(
                jdk.resolve("bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] said = process.getInputStream().readAllBytes();
    return Long.parseLong(new String(said, StandardCharsets.UTF_8).strip());
  }

  private static long hash(long seed) {
    return new Simulation(seed, SECONDS, null).run().traceHash();
  }
}
