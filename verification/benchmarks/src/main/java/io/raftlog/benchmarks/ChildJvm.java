package io.raftlog.benchmarks;

import io.raftlog.benchmarks.contender.ContenderKind;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Starts {@link WorkerMain}, or another class, in a JVM of its own, with the same flags for
 * everybody, and with a class path of its own where a contender's dependencies are not ours.
 *
 * @param module the folder of this Maven module
 */
record ChildJvm(Path module) {
  /** What each JVM runs with; fixed, so that the heap does not grow while it is measured. */
  private static final List<String> MEMORY =
      List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch", "-XX:MaxDirectMemorySize=2g");

  /** What a JVM with one replica alone runs with. */
  private static final List<String> SMALL_MEMORY = List.of("-Xms512m", "-Xmx512m");

  /** For native code and Unsafe, which RocksDB, Netty and Agrona use. */
  private static final List<String> ACCESS =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED");

  /** Passed on to the child. */
  private static final String VERSION = "raftlog.version";

  /** Seldom, since it is done beside what is measured. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);

  /** So much of a run's output is shown when it fails. */
  private static final int TAIL_LINES = 15;

  /**
   * Runs it and waits.
   *
   * @param kind whose class path; empty for ours
   * @param arguments for the worker
   * @param output gets what the process says
   * @param limit after which time it is ended
   * @param progress is told what the process says of its progress, within seconds
   * @return what was seen if it failed
   */
  Optional<String> run(
      Optional<ContenderKind> kind,
      List<String> arguments,
      Path output,
      Duration limit,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    Process process =
        builder(kind, MEMORY, WorkerMain.class, arguments)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!ends(process, limit, new ProgressLines(output), progress)) {
        return Optional.of("no result after " + limit.toSeconds() + " s; see " + output);
      }
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue() == 0
        ? Optional.empty()
        : Optional.of("exit code " + process.exitValue() + ": " + tail(output));
  }

  private static boolean ends(
      Process process, Duration limit, ProgressLines lines, Consumer<String> progress)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    while (true) {
      long left = limit.toNanos() - (System.nanoTime() - startNanos);
      boolean ended =
          process.waitFor(Math.min(left, LOOK_INTERVAL.toNanos()), TimeUnit.NANOSECONDS);
      lines.next().forEach(progress);
      if (ended || left <= LOOK_INTERVAL.toNanos()) {
        return ended;
      }
    }
  }

  /**
   * Starts a small one, whose standard input and output belong to the caller.
   *
   * @param kind whose class path
   * @param main the class to run
   * @param arguments for it
   * @param errors gets what the process says to standard error, after what is there
   */
  Process start(ContenderKind kind, Class<?> main, List<String> arguments, Path errors)
      throws IOException {
    return builder(Optional.of(kind), SMALL_MEMORY, main, arguments)
        .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
        .start();
  }

  private ProcessBuilder builder(
      Optional<ContenderKind> kind, List<String> memory, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(memory);
    command.addAll(ACCESS);
    command.add("-D" + VERSION + "=" + System.getProperty(VERSION, "unknown"));
    command.addAll(List.of("-classpath", classPath(kind), main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  private String classPath(Optional<ContenderKind> kind) throws IOException {
    Optional<String> folder = kind.flatMap(ContenderKind::classPathFolder);
    if (folder.isEmpty()) {
      return System.getProperty("java.class.path");
    }
    Path file = module.resolve(folder.get()).resolve("target").resolve("classpath");
    return ownClasses() + File.pathSeparator + Files.readString(file).trim();
  }

  private static Path ownClasses() {
    try {
      return Path.of(ChildJvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String tail(Path output) throws IOException {
    List<String> lines = Files.readAllLines(output);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
