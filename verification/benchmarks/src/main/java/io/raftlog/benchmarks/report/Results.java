package io.raftlog.benchmarks.report;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.raftlog.benchmarks.failover.FailoverRun;
import io.raftlog.benchmarks.limits.Limit;
import io.raftlog.benchmarks.load.Measurement;
import io.raftlog.benchmarks.scenario.Observation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured, as lines of JSON, each of which names its kind.
 *
 * @param machine where it was measured, if the file tells
 * @param limits what the machine allows
 * @param measurements the runs
 * @param failovers the runs in which leaders were killed
 * @param observations figures of raftlog alone
 * @param failures the runs that gave no result
 */
public record Results(
    @Nullable Machine machine,
    List<Limit> limits,
    List<Measurement> measurements,
    List<FailoverRun> failovers,
    List<Observation> observations,
    List<Failure> failures) {
  private static final Gson GSON = new Gson();

  /** Makes the lists unmodifiable. */
  public Results {
    limits = List.copyOf(limits);
    measurements = List.copyOf(measurements);
    failovers = List.copyOf(failovers);
    observations = List.copyOf(observations);
    failures = List.copyOf(failures);
  }

  /**
   * A run without a result.
   *
   * @param workload which workload
   * @param contender who
   * @param round which round
   * @param cell what of the workload; may be empty
   * @param cause what was seen
   */
  public record Failure(String workload, String contender, int round, String cell, String cause) {}

  /** A machine as a line. */
  public static String line(Machine machine) {
    return line("machine", machine);
  }

  /** A limit as a line. */
  public static String line(Limit limit) {
    return line("limit", limit);
  }

  /** A run as a line. */
  public static String line(Measurement measurement) {
    return line("append", measurement);
  }

  /** A run in which leaders were killed, as a line. */
  public static String line(FailoverRun run) {
    return line("failover", run);
  }

  /** Figures of raftlog alone as a line. */
  public static String line(Observation observation) {
    return line("observation", observation);
  }

  /** A failure as a line. */
  public static String line(Failure failure) {
    return line("failure", failure);
  }

  private static String line(String kind, Object value) {
    JsonObject line = new JsonObject();
    line.addProperty("kind", kind);
    GSON.toJsonTree(value)
        .getAsJsonObject()
        .entrySet()
        .forEach(e -> line.add(e.getKey(), e.getValue()));
    return GSON.toJson(line);
  }

  /**
   * Adds lines to a file.
   *
   * @param file is created if need be
   * @param lines without line ends
   * @throws IOException when it cannot be written
   */
  public static void append(Path file, List<String> lines) throws IOException {
    Files.write(
        file, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Records that a replica did not have exactly once and as they were appended, in all runs. */
  public long unsound() {
    return measurements.stream().mapToLong(Measurement::unsound).sum()
        + failovers.stream().mapToLong(FailoverRun::unsound).sum()
        + observations.stream().mapToLong(Observation::wrong).sum();
  }

  /**
   * Reads a file.
   *
   * @param file lines of JSON
   * @return what is in it
   * @throws IOException when it cannot be read, or has a line of an unknown kind
   */
  public static Results read(Path file) throws IOException {
    Machine machine = null;
    List<Limit> limits = new ArrayList<>();
    List<Measurement> measurements = new ArrayList<>();
    List<FailoverRun> failovers = new ArrayList<>();
    List<Observation> observations = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      String kind = json.get("kind").getAsString();
      switch (kind) {
        case "machine" -> machine = GSON.fromJson(json, Machine.class);
        case "limit" -> limits.add(GSON.fromJson(json, Limit.class));
        case "append" -> measurements.add(GSON.fromJson(json, Measurement.class));
        case "failover" -> failovers.add(GSON.fromJson(json, FailoverRun.class));
        case "observation" -> observations.add(GSON.fromJson(json, Observation.class));
        case "failure" -> failures.add(GSON.fromJson(json, Failure.class));
        default -> throw new IOException(file + " has a line of unknown kind: " + line);
      }
    }
    return new Results(machine, limits, measurements, failovers, observations, failures);
  }
}
