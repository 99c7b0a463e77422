package io.raftlog.jepsen;

import io.raftlog.jepsen.client.Workload;
import io.raftlog.jepsen.nemesis.Fault;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was asked for, with {@code -D}.
 *
 * @param nodes how many
 * @param seconds how long faults strike
 * @param nemesis which faults, by their or their groups' names
 * @param workloads what clients do
 * @param seed what everything is drawn from
 * @param rate appends per second, about; as many of each workload
 * @param base the image that containers are made from; empty for one of this machine's own JDK
 * @param subnet the first three numbers of the private network's addresses
 * @param mutant the simulator's name of a bug that is put in; empty for none
 * @param sources where raftlog-core's sources are, for mutants
 * @param disk where nodes' file systems are: in memory if there is much, since a machine that is
 *     busy otherwise may sync its disk so slowly that no leader lasts
 * @param folder where the run's folder is made
 */
record Options(
    int nodes,
    int seconds,
    String nemesis,
    List<Workload> workloads,
    long seed,
    int rate,
    String base,
    String subnet,
    String mutant,
    Path sources,
    Path disk,
    Path folder) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private static final Path MEMORY = Path.of("/dev/shm");

  /** More than the nodes of an hour's run write; it is taken only as it is written. */
  private static final long MIN_MEMORY_BYTES = 10L << 30;

  static Options given() {
    long seed = Long.getLong("seed", System.nanoTime() & 0xffff_ffffL);
    String stamp = LocalDateTime.now(java.time.ZoneId.systemDefault()).format(STAMP);
    Path folder = Path.of(System.getProperty("runs", "target/runs")).resolve(stamp + "-" + seed);
    String disk = System.getProperty("disk", "");
    return new Options(
        Integer.getInteger("nodes", 5),
        (int) (60 * Double.parseDouble(System.getProperty("minutes", "5"))),
        System.getProperty("nemesis", "all"),
        workloads(System.getProperty("workload", "all")),
        seed,
        Integer.getInteger("rate", 150),
        System.getProperty("image", ""),
        System.getProperty("subnet", "10.213.77"),
        System.getProperty("mutant", ""),
        Path.of(System.getProperty("sources", ".")),
        disk.isEmpty() ? memory().orElse(folder) : Path.of(disk),
        folder);
  }

  private static Optional<Path> memory() {
    long free = MEMORY.toFile().getUsableSpace();
    return free > MIN_MEMORY_BYTES ? Optional.of(MEMORY) : Optional.empty();
  }

  /** Checks what only the run would notice otherwise. */
  Options {
    if (nodes < 1 || nodes > 7) {
      throw new IllegalArgumentException("nodes must be 1 to 7, is " + nodes);
    }
    if (seconds < 10) {
      throw new IllegalArgumentException("minutes must be at least 0.17, are " + seconds / 60.0);
    }
    Fault.named(nemesis);
  }

  private static List<Workload> workloads(String names) {
    if (names.equals("all")) {
      return List.of(Workload.values());
    }
    return Arrays.stream(names.split(",", -1))
        .map(name -> Workload.valueOf(name.toUpperCase(Locale.ROOT)))
        .toList();
  }

  /** The command that asks for the same again. */
  String command() {
    return "mvn -q -Pjepsen -Dnodes="
        + nodes
        + " -Dminutes="
        + (seconds % 60 == 0 ? String.valueOf(seconds / 60) : String.valueOf(seconds / 60.0))
        + " -Dnemesis="
        + nemesis
        + " -Dworkload="
        + workloads.stream().map(Workload::label).collect(Collectors.joining(","))
        + " -Drate="
        + rate
        + (mutant.isEmpty() ? "" : " \"-Dmutant=" + mutant + "\"")
        + " -Dseed="
        + seed;
  }
}
