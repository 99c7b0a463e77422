package io.raftlog.benchmarks;

import io.raftlog.benchmarks.contender.ContenderKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line, with defaults for the rest.
 *
 * @param workloads {@code --workloads}: what is measured; all
 * @param contenders {@code --contenders}: who, in the order of their turns; all
 * @param payloadBytes {@code --payload}: sizes of payloads in bytes; 100, 1024, 16384
 * @param inFlight {@code --inflight}: appends without an outcome; 1, 64, 1024, 4096
 * @param rounds {@code --rounds}: how often everything is run; 3
 * @param warmUp {@code --warmup}: seconds of load before each measurement; 20, since two cores need
 *     over 15 to compile what is hot
 * @param duration {@code --seconds}: seconds that are measured; 10
 * @param kills {@code --kills}: how often a leader is killed; 20
 * @param records {@code --records}: how many there are at restarts; of the first number, how many
 *     are read back; 1000000, 10000000
 * @param sustained {@code --minutes}: minutes that each of the two loads takes that shall show what
 *     only time shows; 10
 * @param perSecond {@code --rate}: appends that are due in a second, where the load has a fixed
 *     rate; 20000
 * @param limits {@code --limits}: whether the machine's limits are measured, {@code yes} or {@code
 *     no}; yes
 * @param data {@code --data}: below it the replicas write; must be on a real disk; {@code
 *     target/benchmarks/data}
 * @param report {@code --report}: the folder for benchmarks.md and its plots; {@code docs} when no
 *     arguments are given, otherwise {@code target/benchmarks}
 * @param from {@code --from}: results of an earlier run to make a report from; nothing is measured
 */
record Options(
    List<Workload> workloads,
    List<ContenderKind> contenders,
    List<Integer> payloadBytes,
    List<Integer> inFlight,
    int rounds,
    Duration warmUp,
    Duration duration,
    int kills,
    List<Integer> records,
    Duration sustained,
    int perSecond,
    boolean limits,
    Path data,
    Path report,
    @Nullable Path from) {
  static final List<Integer> DEFAULT_PAYLOAD_BYTES = List.of(100, 1024, 16_384);
  static final List<Integer> DEFAULT_IN_FLIGHT = List.of(1, 64, 1024, 4096);
  static final List<Integer> DEFAULT_RECORDS = List.of(1_000_000, 10_000_000);
  static final int DEFAULT_KILLS = 20;

  /** A process has a range of numbers for its records, and there are not more ranges. */
  private static final int MAX_KILLS = 200;

  static final int DEFAULT_ROUNDS = 3;
  static final Duration DEFAULT_WARM_UP = Duration.ofSeconds(20);
  static final Duration DEFAULT_DURATION = Duration.ofSeconds(10);
  static final Duration DEFAULT_SUSTAINED = Duration.ofMinutes(10);
  static final int DEFAULT_PER_SECOND = 20_000;

  /** Checks the values. */
  Options {
    workloads = List.copyOf(workloads);
    contenders = List.copyOf(contenders);
    payloadBytes = List.copyOf(payloadBytes);
    inFlight = List.copyOf(inFlight);
    require(rounds >= 1, "--rounds must be at least 1, is " + rounds);
    records = List.copyOf(records);
    require(records.stream().allMatch(r -> r >= 1), "--records must be at least 1, is " + records);
    require(
        kills >= 1 && kills <= MAX_KILLS,
        "--kills must be from 1 to " + MAX_KILLS + ", is " + kills);
    require(duration.toSeconds() >= 1, "--seconds must be at least 1, is " + duration.toSeconds());
    require(
        sustained.toMinutes() >= 1, "--minutes must be at least 1, is " + sustained.toMinutes());
    require(perSecond >= 1, "--rate must be at least 1, is " + perSecond);
    require(!warmUp.isNegative(), "--warmup must not be negative, is " + warmUp.toSeconds());
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }

  /**
   * Reads the command line.
   *
   * @param arguments pairs of option and value
   * @param sources the folder of the sources
   * @param target where to write what is not to be kept
   * @throws IllegalArgumentException when something is not understood
   */
  static Options parse(List<String> arguments, Path sources, Path target) {
    Given given = new Given(arguments.isEmpty() ? sources.resolve("docs") : target, target);
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = arguments.get(i);
      require(i + 1 < arguments.size(), option + " needs a value");
      given.take(option, arguments.get(i + 1));
    }
    return given.options();
  }

  private static <T> List<T> list(String value, Function<String, T> element) {
    List<T> elements = new ArrayList<>();
    Arrays.stream(value.split(",", -1)).map(element).forEach(elements::add);
    return elements;
  }

  private static int number(String option, String value) {
    try {
      int number = Integer.parseInt(value);
      require(number >= 0, option + " must not be negative, is " + value);
      return number;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " needs a number, not \"" + value + "\"", e);
    }
  }

  private static boolean yesOrNo(String option, String value) {
    return switch (value) {
      case "yes" -> true;
      case "no" -> false;
      default -> throw new IllegalArgumentException(option + " is yes or no, not " + value);
    };
  }

  /** The defaults, until something else is given. Used by one thread. */
  private static final class Given {
    private List<Workload> workloads = List.of(Workload.values());
    private List<ContenderKind> contenders = List.of(ContenderKind.values());
    private List<Integer> payloadBytes = DEFAULT_PAYLOAD_BYTES;
    private List<Integer> inFlight = DEFAULT_IN_FLIGHT;
    private int rounds = DEFAULT_ROUNDS;
    private Duration warmUp = DEFAULT_WARM_UP;
    private Duration duration = DEFAULT_DURATION;
    private int kills = DEFAULT_KILLS;
    private List<Integer> records = DEFAULT_RECORDS;
    private Duration sustained = DEFAULT_SUSTAINED;
    private int perSecond = DEFAULT_PER_SECOND;
    private boolean limits = true;
    private Path data;
    private Path report;
    private @Nullable Path from;

    Given(Path report, Path target) {
      this.report = report;
      this.data = target.resolve("data");
    }

    void take(String option, String value) {
      switch (option) {
        case "--workloads" -> workloads = list(value, Workload::of);
        case "--contenders" -> contenders = list(value, ContenderKind::of);
        case "--payload" -> payloadBytes = list(value, text -> number(option, text));
        case "--inflight" -> inFlight = list(value, text -> number(option, text));
        case "--rounds" -> rounds = number(option, value);
        case "--warmup" -> warmUp = Duration.ofSeconds(number(option, value));
        case "--seconds" -> duration = Duration.ofSeconds(number(option, value));
        case "--kills" -> kills = number(option, value);
        case "--records" -> records = list(value, text -> number(option, text));
        case "--minutes" -> sustained = Duration.ofMinutes(number(option, value));
        case "--rate" -> perSecond = number(option, value);
        case "--limits" -> limits = yesOrNo(option, value);
        case "--data" -> data = Path.of(value);
        case "--report" -> report = Path.of(value);
        case "--from" -> from = Path.of(value);
        default -> throw new IllegalArgumentException("there is no option " + option);
      }
    }

    Options options() {
      return new Options(
          workloads,
          contenders,
          payloadBytes,
          inFlight,
          rounds,
          warmUp,
          duration,
          kills,
          records,
          sustained,
          perSecond,
          limits,
          data,
          report,
          from);
    }
  }
}
