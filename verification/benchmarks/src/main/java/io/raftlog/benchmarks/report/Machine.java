package io.raftlog.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Where and when it was measured.
 *
 * @param date when the run began
 * @param processor its model
 * @param cores how many the JVM may use
 * @param memoryGigabytes main memory, in 10^9 bytes
 * @param system operating system and its version
 * @param fileSystem type of the file system with the replicas' directories
 * @param jvm version and vendor of the JVM
 * @param loadAverage of the machine's last minute before the run; over 0.5 says that it was not
 *     quiet
 */
public record Machine(
    String date,
    String processor,
    int cores,
    double memoryGigabytes,
    String system,
    String fileSystem,
    String jvm,
    double loadAverage) {
  private static final double KIB_PER_GIGABYTE = 1e9 / 1024;

  /**
   * This machine, now.
   *
   * @param data a directory that exists, on the disk that will be measured
   * @throws IOException when its file system cannot be told
   */
  public static Machine here(Path data) throws IOException {
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(),
        value(Path.of("/proc/cpuinfo"), "model name"),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Files.getFileStore(data).type(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static double memory() {
    String kib = value(Path.of("/proc/meminfo"), "MemTotal").replace(" kB", "");
    return kib.chars().allMatch(Character::isDigit) ? Long.parseLong(kib) / KIB_PER_GIGABYTE : 0;
  }

  private static String value(Path file, String key) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
