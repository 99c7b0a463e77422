package io.raftlog.benchmarks.report;

import io.raftlog.benchmarks.load.Measurement;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A figure over the number of appends in flight, a line for each contender, medians of rounds. */
final class Plots {
  private static final int DOTS_PER_INCH = 80;
  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;
  private static final float LINE_WIDTH = 2f;
  private static final float DASH = 6f;

  static final BasicStroke SOLID = new BasicStroke(LINE_WIDTH);
  static final BasicStroke DASHED =
      new BasicStroke(
          LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, DASH, new float[] {DASH}, 0f);

  /** A colour for each contender, which it keeps whoever else is measured. */
  private static final Map<String, Color> COLORS =
      Map.of(
          Cell.OURS,
          new Color(0xb2182b),
          "jraft",
          new Color(0x2166ac),
          "jgroups",
          new Color(0x1b7837),
          "ratis",
          new Color(0xe08214),
          "aeron",
          new Color(0x762a83),
          "dledger",
          new Color(0x8c8c8c));

  private final List<Cell> cells;

  /** Of one size of payload. */
  Plots(List<Cell> cells) {
    this.cells = cells;
  }

  void throughput(Path file) throws IOException {
    String size = Figures.bytes(cells.get(0).payloadBytes());
    plot(
        file,
        "Acknowledged appends per second, " + size,
        "appends a second",
        Measurement::appendsPerSecond);
  }

  void latency(Path file) throws IOException {
    String size = Figures.bytes(cells.get(0).payloadBytes());
    plot(
        file,
        "Latency that 99% of appends did not exceed, " + size,
        "milliseconds",
        measurement -> measurement.p99Micros() / 1e3);
  }

  private void plot(Path file, String title, String yTitle, Function<Measurement, Double> figure)
      throws IOException {
    XYChart chart = chart(title, "appends in flight", yTitle);
    XYStyler styler = chart.getStyler();
    styler.setXAxisLogarithmic(true);
    styler.setYAxisLogarithmic(true);
    styler.setXAxisDecimalPattern("#,##0");
    styler.setYAxisDecimalPattern("#,##0.##");
    for (String contender : contenders()) {
      line(chart, contender, figure);
    }
    save(chart, file);
  }

  /** An empty chart as all are. */
  static XYChart chart(String title, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setPlotGridLinesColor(new Color(0xeeeeee));
    return chart;
  }

  static void save(XYChart chart, Path file) throws IOException {
    BitmapEncoder.saveBitmapWithDPI(
        chart, file.toString(), BitmapEncoder.BitmapFormat.PNG, DOTS_PER_INCH);
  }

  /** Gives a line its contender's colour. */
  static void color(XYSeries series, String contender) {
    Color color = COLORS.getOrDefault(contender, Color.BLACK);
    series.setLineColor(color);
    series.setMarkerColor(color);
  }

  private List<String> contenders() {
    return cells.stream().flatMap(cell -> cell.contenders().stream()).distinct().toList();
  }

  private void line(XYChart chart, String contender, Function<Measurement, Double> figure) {
    List<Integer> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (Cell cell : cells) {
      cell.spread(contender, figure)
          .ifPresent(
              spread -> {
                x.add(cell.inFlight());
                y.add(spread.median());
              });
    }
    XYSeries series = chart.addSeries(contender, x, y);
    color(series, contender);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setLineStyle(SOLID);
  }
}
