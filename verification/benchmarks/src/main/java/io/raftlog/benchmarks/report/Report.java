package io.raftlog.benchmarks.report;

import io.raftlog.benchmarks.contender.Contender.Description;
import io.raftlog.benchmarks.limits.Limit;
import io.raftlog.benchmarks.load.Measurement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tables and plots of a run, for people: {@code benchmarks.md} and PNG files beside it. */
public final class Report {
  private static final String FILE = "benchmarks.md";
  private static final String METHOD = "method.md";
  private static final String NONE = "–";

  private final Results results;
  private final List<Cell> cells;
  private final Bounds bounds;
  private final List<String> lines = new ArrayList<>();

  /**
   * Prepares a report.
   *
   * @param results what was measured
   */
  public Report(Results results) {
    this.results = results;
    this.cells = Cell.of(results.measurements());
    this.bounds = new Bounds(results.limits());
  }

  /**
   * Writes it.
   *
   * @param folder is created if need be
   * @return the report
   * @throws IOException when it cannot be written
   */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    lines.addAll(method());
    machine();
    contenders();
    limits();
    fractions();
    appends(folder);
    section(new FailoverSection(results.failovers()).write(folder));
    section(new ScenarioSection(results.observations()).lines());
    failures();
    Path file = folder.resolve(FILE);
    Files.write(file, lines, StandardCharsets.UTF_8);
    return file;
  }

  private static List<String> method() throws IOException {
    try (InputStream stream = Report.class.getResourceAsStream(METHOD)) {
      if (stream == null) {
        throw new IOException("resource " + METHOD + " is missing");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private void machine() {
    Machine machine = results.machine();
    if (machine == null) {
      return;
    }
    title("## Machine");
    lines.add(
        "%s, %d cores, %s GB, %s, %s; %s; %s, load average before it %s."
            .formatted(
                machine.processor(),
                machine.cores(),
                Figures.number(machine.memoryGigabytes()),
                machine.system(),
                machine.fileSystem(),
                machine.jvm(),
                machine.date(),
                Figures.number(machine.loadAverage())));
  }

  private void contenders() {
    if (results.measurements().isEmpty()) {
      return;
    }
    Map<String, Description> descriptions = new LinkedHashMap<>();
    results.measurements().forEach(m -> descriptions.put(m.contender(), m.description()));
    title("## Contenders");
    Table table = new Table("", "version", "durable", "settings");
    descriptions.forEach(
        (label, description) ->
            table.row(
                List.of(
                    label + ": " + description.name(),
                    description.version(),
                    description.durable() ? "yes" : "**no**",
                    new TreeMap<>(description.settings())
                        .entrySet().stream()
                            .map(setting -> setting.getKey() + ": " + setting.getValue())
                            .collect(Collectors.joining("; ")))));
    lines.addAll(table.lines());
  }

  private void limits() {
    if (results.limits().isEmpty()) {
      return;
    }
    title("## Limits of the machine");
    Table table = new Table("", "batch", "writers", "per second", "MB/s", "p50 ms", "p99 ms");
    Map<String, List<Limit>> groups = new LinkedHashMap<>();
    for (Limit limit : results.limits()) {
      String key = limit.name() + "/" + limit.writers() + "/" + limit.batchBytes();
      groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(limit);
    }
    for (List<Limit> rounds : groups.values()) {
      Limit first = rounds.get(0);
      table.row(
          List.of(
              first.name().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              Figures.bytes(first.batchBytes()),
              String.valueOf(first.writers()),
              of(rounds, Limit::perSecond, Figures::number),
              of(rounds, Limit::megabytesPerSecond, Figures::number),
              of(rounds, Limit::p50Micros, Figures::millis),
              of(rounds, Limit::p99Micros, Figures::millis)));
    }
    lines.addAll(table.lines());
  }

  private static String of(
      List<Limit> rounds, Function<Limit, Double> figure, DoubleFunction<String> format) {
    return text(Spread.of(rounds.stream().map(figure).toList()), format);
  }

  private static String text(Optional<Spread> spread, DoubleFunction<String> format) {
    return spread.map(s -> s.text(format)).orElse(NONE);
  }

  /** How near we come to what binds us. */
  private void fractions() {
    List<Cell> ours = cells.stream().filter(c -> c.contenders().contains(Cell.OURS)).toList();
    if (results.limits().isEmpty() || ours.isEmpty()) {
      return;
    }
    title("## raftlog as a fraction of the limits");
    Table table =
        new Table(
            "payload",
            "in flight",
            "appends/s",
            "of three RocksDB writers",
            "of three preallocated files",
            "p50 ÷ (RocksDB synced write + round trip)");
    for (Cell cell : ours) {
      Optional<Spread> appends = cell.spread(Cell.OURS, Measurement::appendsPerSecond);
      boolean alone = cell.inFlight() == 1;
      table.row(
          List.of(
              Figures.bytes(cell.payloadBytes()),
              String.valueOf(cell.inFlight()),
              text(appends, Figures::number),
              percent(appends, bounds.appendsPerSecond(Limit.Name.ROCKSDB_BATCH, cell)),
              percent(appends, bounds.appendsPerSecond(Limit.Name.PREALLOCATED_FILE, cell)),
              alone ? multiple(cell) : NONE));
    }
    lines.addAll(table.lines());
  }

  private static String percent(Optional<Spread> figure, Optional<Double> limit) {
    return figure.isPresent() && limit.isPresent()
        ? Figures.number(100 * figure.get().median() / limit.get()) + "%"
        : NONE;
  }

  private String multiple(Cell cell) {
    Optional<Spread> latency = cell.spread(Cell.OURS, Measurement::p50Micros);
    Optional<Double> least = bounds.singleAppendMicros(cell);
    return latency.isPresent() && least.isPresent()
        ? Figures.number(latency.get().median() / least.get())
        : NONE;
  }

  private void appends(Path folder) throws IOException {
    List<Integer> sizes = cells.stream().map(Cell::payloadBytes).distinct().toList();
    for (int payloadBytes : sizes) {
      List<Cell> ofSize = cells.stream().filter(c -> c.payloadBytes() == payloadBytes).toList();
      String throughput = "benchmarks-" + payloadBytes + "-throughput.png";
      String latency = "benchmarks-" + payloadBytes + "-latency.png";
      Plots plots = new Plots(ofSize);
      plots.throughput(folder.resolve(throughput));
      plots.latency(folder.resolve(latency));
      title("## Payloads of " + Figures.bytes(payloadBytes));
      lines.add("![appends per second over appends in flight](" + throughput + ")");
      lines.add("![p99 latency over appends in flight](" + latency + ")");
      for (Cell cell : ofSize) {
        cell(cell);
      }
    }
  }

  private void cell(Cell cell) {
    title("### " + Figures.bytes(cell.payloadBytes()) + ", " + cell.inFlight() + " in flight");
    Table rates =
        new Table(
            "", "appends/s", "raftlog ÷ it", "MB/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms");
    Table costs =
        new Table(
            "", "CPU µs", "B allocated", "GC ms", "B written per B", "flushes/s", "failed", "lost");
    for (String who : cell.contenders()) {
      rates.row(
          List.of(
              who,
              figure(cell, who, Measurement::appendsPerSecond, Figures::number),
              text(cell.ratioOfOursTo(who), Figures::number),
              figure(cell, who, Measurement::megabytesPerSecond, Figures::number),
              figure(cell, who, Measurement::p50Micros, Figures::millis),
              figure(cell, who, Measurement::p99Micros, Figures::millis),
              figure(cell, who, Measurement::p999Micros, Figures::millis),
              figure(cell, who, Measurement::maxMicros, Figures::millis)));
      costs.row(
          List.of(
              who,
              figure(cell, who, Measurement::cpuMicrosPerAppend, Figures::number),
              figure(cell, who, Measurement::allocatedBytesPerAppend, Figures::number),
              figure(cell, who, m -> (double) m.gcMillis(), Figures::number),
              figure(cell, who, Measurement::writtenPerPayloadByte, Figures::number),
              figure(cell, who, Measurement::flushesPerSecond, Figures::number),
              sum(cell, who, Measurement::failed),
              sum(cell, who, Measurement::unsound)));
    }
    lines.addAll(rates.lines());
    lines.add("");
    lines.addAll(costs.lines());
  }

  private static String figure(
      Cell cell,
      String contender,
      Function<Measurement, @Nullable Double> figure,
      DoubleFunction<String> format) {
    return text(cell.spread(contender, figure), format);
  }

  private static String sum(Cell cell, String contender, Function<Measurement, Long> figure) {
    return String.valueOf(cell.of(contender).stream().mapToLong(figure::apply).sum());
  }

  private void failures() {
    if (results.failures().isEmpty()) {
      return;
    }
    title("## Runs without a result");
    Table table = new Table("workload", "contender", "round", "", "what was seen");
    for (Results.Failure failure : results.failures()) {
      table.row(
          List.of(
              failure.workload(),
              failure.contender(),
              String.valueOf(failure.round()),
              failure.cell(),
              failure.cause().lines().findFirst().orElse("")));
    }
    lines.addAll(table.lines());
  }

  private void section(List<String> section) {
    if (!section.isEmpty()) {
      lines.add("");
      lines.addAll(section);
    }
  }

  private void title(String title) {
    lines.add("");
    lines.add(title);
    lines.add("");
  }
}
