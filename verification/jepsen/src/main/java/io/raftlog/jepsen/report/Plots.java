package io.raftlog.jepsen.report;

import io.raftlog.jepsen.checker.Availability;
import io.raftlog.jepsen.checker.Availability.Window;
import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.Operation;
import io.raftlog.jepsen.history.RecordedRun;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Latency and throughput over time, with the times shaded in which faults struck. */
final class Plots {
  private static final int DOTS_PER_INCH = 80;
  private static final int WIDTH = 1_500;
  private static final int HEIGHT = 620;

  /** So many operations are drawn one by one, the slowest of each interval first. */
  private static final int POINTS_PER_INTERVAL = 25;

  private static final int INTERVALS = 400;
  private static final double MIN_MILLIS = 0.5;
  private static final double MAX_MILLIS = 100_000;

  /** A colour for each group of faults, pale enough to draw upon. */
  private static final Map<String, Color> SHADES =
      new TreeMap<>(
          Map.of(
              "clock", new Color(0xe6e0f5),
              "disk", new Color(0xe3d3c0),
              "kill", new Color(0xf6c9c6),
              "link", new Color(0xfbeeb4),
              "partition", new Color(0xc9dff2),
              "pause", new Color(0xd9d9d9),
              "power", new Color(0xf3b9dd),
              "rolling-restart", new Color(0xcfead0)));

  private final RecordedRun run;
  private final List<Window> windows;

  Plots(RecordedRun run, Availability availability) {
    this.run = run;
    this.windows = availability.windows();
  }

  void latency(Path file) throws IOException {
    XYChart chart = chart("Latency of each operation", "milliseconds");
    XYStyler styler = chart.getStyler();
    styler.setYAxisLogarithmic(true);
    styler.setYAxisDecimalPattern("#,##0.#");
    styler.setYAxisMin(MIN_MILLIS);
    styler.setYAxisMax(MAX_MILLIS);
    shade(chart, MIN_MILLIS, MAX_MILLIS);
    scatter(chart, "read ok", new Color(0x7fb3d5), operation -> isOk(operation, Event.READ));
    scatter(chart, "append ok", new Color(0x1b7837), operation -> isOk(operation, Event.APPEND));
    scatter(chart, "refused", new Color(0xe08214), operation -> is(operation, Event.Type.FAIL));
    scatter(chart, "unknown", new Color(0xb2182b), operation -> is(operation, Event.Type.INFO));
    save(chart, file);
  }

  void throughput(Path file) throws IOException {
    XYChart chart = chart("Operations that succeeded, each second", "operations a second");
    Map<Long, Integer> appends = perSecond(operation -> isOk(operation, Event.APPEND));
    Map<Long, Integer> reads = perSecond(operation -> isOk(operation, Event.READ));
    int highest =
        Math.max(
            appends.values().stream().mapToInt(Integer::intValue).max().orElse(1),
            reads.values().stream().mapToInt(Integer::intValue).max().orElse(1));
    double top = Math.ceil(highest * 1.15 / 50) * 50;
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(top);
    chart.getStyler().setYAxisDecimalPattern("0");
    shade(chart, 0, top);
    line(chart, "reads", new Color(0x4393c3), reads);
    line(chart, "appends", new Color(0x1b7837), appends);
    save(chart, file);
  }

  private XYChart chart(String title, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("seconds since the run began")
            .yAxisTitle(yTitle)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setXAxisDecimalPattern("0");
    styler.setXAxisMin(Math.floor(firstMicros() / 1e6));
    styler.setXAxisMax(Math.ceil(run.lastMicros() / 1e6));
    styler.setPlotGridLinesColor(new Color(0xeeeeee));
    styler.setMarkerSize(3);
    return chart;
  }

  private double firstMicros() {
    return run.operations().isEmpty() ? 0 : run.operations().get(0).invoked().micros();
  }

  private static boolean isOk(Operation operation, String f) {
    return operation.f().equals(f) && operation.ok();
  }

  private static boolean is(Operation operation, Event.Type type) {
    return operation.completed() != null && operation.completed().type() == type;
  }

  /** One series for each group of faults; the area is closed along the bottom. */
  private void shade(XYChart chart, double bottom, double top) {
    SHADES.forEach(
        (group, color) -> {
          List<Double> x = new ArrayList<>();
          List<Double> y = new ArrayList<>();
          for (Window window : windows) {
            if (window.fault().startsWith(group)) {
              double from = window.fromMicros() / 1e6;
              double to = window.toMicros() / 1e6;
              x.addAll(List.of(from, from, to, to));
              y.addAll(List.of(bottom, top, top, bottom));
            }
          }
          if (!x.isEmpty()) {
            XYSeries series = chart.addSeries(group, x, y);
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
            series.setFillColor(color);
            series.setLineColor(color);
            series.setMarker(SeriesMarkers.NONE);
          }
        });
  }

  private void scatter(XYChart chart, String name, Color color, Predicate<Operation> which) {
    double interval = Math.max(1, run.lastMicros() / (double) INTERVALS);
    Map<Integer, List<Operation>> byInterval = new TreeMap<>();
    for (Operation operation : run.operations()) {
      if (which.test(operation)) {
        byInterval
            .computeIfAbsent(
                (int) (operation.invoked().micros() / interval), any -> new ArrayList<>())
            .add(operation);
      }
    }
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (List<Operation> some : byInterval.values()) {
      some.sort((a, b) -> Long.compare(micros(b), micros(a)));
      int step = Math.max(1, some.size() / POINTS_PER_INTERVAL);
      for (int i = 0; i < some.size(); i += step) {
        x.add(some.get(i).invoked().micros() / 1e6);
        y.add(Math.min(MAX_MILLIS, Math.max(MIN_MILLIS, micros(some.get(i)) / 1e3)));
      }
    }
    if (!x.isEmpty()) {
      XYSeries series = chart.addSeries(name, x, y);
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setMarkerColor(color);
    }
  }

  private static long micros(Operation operation) {
    @Nullable Event completed = operation.completed();
    return completed == null ? 0 : completed.micros() - operation.invoked().micros();
  }

  private Map<Long, Integer> perSecond(Predicate<Operation> which) {
    Map<Long, Integer> counts = new TreeMap<>();
    for (long second = (long) (firstMicros() / 1e6);
        second <= run.lastMicros() / 1_000_000;
        second++) {
      counts.put(second, 0);
    }
    for (Operation operation : run.operations()) {
      @Nullable Event completed = operation.completed();
      if (completed != null && which.test(operation)) {
        counts.merge(completed.micros() / 1_000_000, 1, Integer::sum);
      }
    }
    return counts;
  }

  private static void line(XYChart chart, String name, Color color, Map<Long, Integer> values) {
    double[] x = values.keySet().stream().mapToDouble(Long::doubleValue).toArray();
    double[] y = values.values().stream().mapToDouble(Integer::doubleValue).toArray();
    XYSeries series = chart.addSeries(name, x, Arrays.copyOf(y, y.length));
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(new BasicStroke(1.4f));
  }

  private static void save(XYChart chart, Path file) throws IOException {
    String name = file.toString();
    BitmapEncoder.saveBitmapWithDPI(
        chart,
        name.substring(0, name.length() - ".png".length()),
        BitmapEncoder.BitmapFormat.PNG,
        DOTS_PER_INCH);
  }
}
