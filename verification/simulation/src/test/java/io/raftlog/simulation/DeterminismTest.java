package io.raftlog.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DeterminismTest {
  private static final long SECONDS = 20;

  /** Older JDKs cannot load these classes. */
  private static final int OLDEST_FEATURE = 17;

  /** The program of another process: prints what tells a run from every other. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      System.out.println(fingerprint(Long.parseLong(args[0])));
    }
  }

  @Test
  void shouldDoTheSameForTheSameSeed() {
    for (long seed = 70; seed < 75; seed++) {
      assertThat(fingerprint(seed)).isEqualTo(fingerprint(seed));
    }
  }

  @Test
  void shouldDoSomethingElseForAnotherSeed() {
    assertThat(fingerprint(70)).isNotEqualTo(fingerprint(71));
  }

  /**
   * Every JDK beside this one that can run this is asked, each in a process of its own, this one
   * included.
   */
  @TestFactory
  Stream<DynamicTest> shouldDoTheSameOnOtherJdks() throws IOException {
    return jdks().stream()
        .map(
            jdk ->
                DynamicTest.dynamicTest(
                    jdk.getFileName().toString(),
                    () -> {
                      for (long seed = 70; seed < 73; seed++) {
                        assertThat(fingerprintOn(jdk, seed)).isEqualTo(fingerprint(seed));
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
            .filter(jdk -> featureOf(jdk) >= OLDEST_FEATURE)
            .forEach(jdks::add);
      }
    }
    return jdks;
  }

  /** A JDK's feature release, as its file {@code release} tells it; 0 when it does not. */
  private static int featureOf(Path jdk) {
    Properties release = new Properties();
    try (InputStream in = Files.newInputStream(jdk.resolve("release"))) {
      release.load(in);
      String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
      return Runtime.Version.parse(version).feature();
    } catch (IOException | IllegalArgumentException e) {
      return 0;
    }
  }

  private static String fingerprintOn(Path jdk, long seed) throws IOException {
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
    return new String(said, StandardCharsets.UTF_8).strip();
  }

  /** The hash of the events, and a checksum of every byte of the trace as it is printed. */
  private static String fingerprint(long seed) {
    CheckedOutputStream printed =
        new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32C());
    PrintStream trace = new PrintStream(printed, false, StandardCharsets.UTF_8);
    long hash = new Simulation(seed, SECONDS, trace).run().traceHash();
    trace.flush();
    return Long.toHexString(hash) + " " + Long.toHexString(printed.getChecksum().getValue());
  }
}
