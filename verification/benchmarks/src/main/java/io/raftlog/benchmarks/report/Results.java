package io.raftlog.benchmarks.report;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.raftlog.benchmarks.limits.Limit;
import io.raftlog.benchmarks.load.Measurement;
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
 * @param failures the runs that gave no result
 */
public record Results(
    @Nullable Machine machine,
    List<Limit> limits,
    List<Measurement> measurements,
    List<Failure> failures) {
  private static final Gson GSON = new Gson();

  /** Makes the lists unmodifiable. */
  public Results {
    limits = List.copyOf(limits);
    measurements = List.copyOf(measurements);
    failures = List.copyOf(failures);
  }

  /**
   * A run without a result.
   *
   * @param contender who
   * @param round which round
   * @param payloadBytes size of each payload
   * @param inFlight appends without an outcome
   * @param cause what was seen
   */
  public record Failure(
      String contender, int round, int payloadBytes, int inFlight, String cause) {}

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
    List<Failure> failures = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      String kind = json.get("kind").getAsString();
      switch (kind) {
        case "machine" -> machine = GSON.fromJson(json, Machine.class);
        case "limit" -> limits.add(GSON.fromJson(json, Limit.class));
        case "append" -> measurements.add(GSON.fromJson(json, Measurement.class));
        case "failure" -> failures.add(GSON.fromJson(json, Failure.class));
        default -> throw new IOException(file + " has a line of unknown kind: " + line);
      }
    }
    return new Results(machine, limits, measurements, failures);
  }
}
