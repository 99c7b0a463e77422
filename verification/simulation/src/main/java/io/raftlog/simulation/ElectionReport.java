package io.raftlog.simulation;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The elections of the Raft thesis, measured in the simulator: a table and a plot. */
final class ElectionReport {
  /** A thousand of each, as in the thesis. */
  private static final int TRIALS = 1_000;

  private static final int DOTS_PER_INCH = 110;

  /** Told apart also by those who see fewer colours (Okabe and Ito). */
  private static final int[] COLORS = {0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7};

  /** A range of timeouts in milliseconds, and what the thesis measured with it. */
  record Published(long min, long max, int p50, int p99, int longest) {
    String range() {
      return min + "–" + max + " ms";
    }
  }

  /** What a broadcast takes, and whether lost connections are noticed. */
  enum SetUp {
    /** One broadcast takes what it took in the thesis. */
    SLOW_BROADCAST(15, false),
    /** A whole election, which here is two broadcasts, takes what it took in the thesis. */
    SAME_ELECTION(7.5, false),
    /** As that, and half of the followers notice that the leader is gone. */
    NOTICED(7.5, true);

    private final double broadcastMillis;
    private final boolean lossIsNoticed;

    SetUp(double broadcastMillis, boolean lossIsNoticed) {
      this.broadcastMillis = broadcastMillis;
      this.lossIsNoticed = lossIsNoticed;
    }
  }

  static final List<Published> PUBLISHED =
      List.of(
          new Published(12, 24, 30, 87, 152),
          new Published(150, 200, 146, 352, 512),
          new Published(150, 300, 171, 415, 603),
          new Published(150, 155, 287, 1242, 2143));

  private static final String BEFORE_TABLE =
      """
      # Elections, beside the published ones

      The Raft thesis (§9.3) measures how long a cluster of five servers is without a leader after
      its leader crashed. The simulator is set up in the same way: the leader lets all followers hear
      of it at once and crashes at any time within the heartbeat interval after that, which is half of
      the shortest timeout; all logs differ in length, so that two of the four that are left cannot be
      elected; a thousand crashes for each range of timeouts. Written by
      `mvn -q -Psimulate -Delections`.

      Milliseconds without a leader, p50 / p99 / longest:

      | election timeouts | published | a broadcast takes 15 ms | an election takes 15 ms | as before, crash noticed |
      | --- | --- | --- | --- | --- |
      """;

  private static final String AFTER_TABLE =
      """

      ![Time without a leader](elections.png)

      - *A broadcast takes 15 ms*: 5 ms there, 5 ms until the answer's vote is on disk, 5 ms back, as
        the thesis says of its cluster. There an election is one broadcast. Here it is two, since
        pre-votes are asked for before, and the candidate's own vote is on disk before it asks: 30 ms.
        The medians are that much higher. With timeouts of 12 to 24 ms a candidate often asks for
        the next term before the votes for this one arrive; they count all the same.
      - *An election takes 15 ms*: every hop and sync takes half of that, so that a whole election
        takes as long as theirs. The plot shows this one. The medians are then about those of the
        thesis, a little above: heartbeats are due at fixed moments, so one may still go out between
        the broadcast and the crash. The longest times are shorter, and most so with timeouts of 150 to
        155 ms, where theirs is mostly split votes: a replica that is still asking for pre-votes gives
        its vote to the first that has won them, so that fewer stand against each other.
      - *Crash noticed*: connections break when a process dies. Half of the others notice it here, and
        ask for pre-votes early, in turns. The others refuse those until they miss the leader too, so it
        hardly helps; when all notice it, as after the death of a process, appends go on much sooner.
      """;

  /** Sorted times without a leader. */
  static final class Sample {
    private final double[] millis;

    private Sample(double[] millis) {
      this.millis = millis;
    }

    static Sample of(Published timeouts, SetUp setUp, int trials) {
      double[] millis = new double[trials];
      int done = 0;
      for (long seed = 1; done < trials; seed++) {
        OptionalDouble one =
            new ElectionTrial(
                    timeouts.min(),
                    timeouts.max(),
                    setUp.broadcastMillis,
                    setUp.lossIsNoticed,
                    seed)
                .millisWithoutLeader();
        if (one.isPresent()) {
          millis[done++] = one.getAsDouble();
        }
      }
      Arrays.sort(millis);
      return new Sample(millis);
    }

    double percentile(double percent) {
      return millis[(int) Math.ceil(percent / 100 * millis.length) - 1];
    }

    double longest() {
      return millis[millis.length - 1];
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%.0f / %.0f / %.0f", percentile(50), percentile(99), longest());
    }
  }

  private ElectionReport() {}

  /** Writes elections.md and elections.png into a directory. */
  static void write(Path directory) throws IOException {
    System.setProperty("java.awt.headless", "true");
    StringBuilder text = new StringBuilder(BEFORE_TABLE);
    List<Sample> plotted = new ArrayList<>();
    for (Published timeouts : PUBLISHED) {
      text.append("| ").append(timeouts.range());
      text.append(" | ").append(timeouts.p50()).append(" / ").append(timeouts.p99());
      text.append(" / ").append(timeouts.longest());
      for (SetUp setUp : SetUp.values()) {
        Sample sample = Sample.of(timeouts, setUp, TRIALS);
        text.append(" | ").append(sample);
        if (setUp == SetUp.SAME_ELECTION) {
          plotted.add(sample);
        }
      }
      text.append(" |\n");
    }
    text.append(AFTER_TABLE);
    Files.writeString(directory.resolve("elections.md"), text);
    BitmapEncoder.saveBitmapWithDPI(
        chart(plotted),
        directory.resolve("elections.png").toString(),
        BitmapEncoder.BitmapFormat.PNG,
        DOTS_PER_INCH);
  }

  private static XYChart chart(List<Sample> samples) {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title("Time without a leader, by range of election timeouts")
            .xAxisTitle("milliseconds without a leader")
            .yAxisTitle("percent of the crashes")
            .build();
    XYStyler styler = chart.getStyler();
    styler.setLegendPosition(Styler.LegendPosition.InsideSE);
    styler.setXAxisLogarithmic(true);
    styler.setXAxisMin(20.0);
    styler.setXAxisMax(2_500.0);
    styler.setYAxisMin(0.0);
    styler.setYAxisMax(100.0);
    styler.setYAxisTickMarkSpacingHint(45);
    styler.setYAxisDecimalPattern("0");
    styler.setChartBackgroundColor(Color.WHITE);
    for (int i = 0; i < samples.size(); i++) {
      add(chart, PUBLISHED.get(i), samples.get(i), new Color(COLORS[i]));
    }
    return chart;
  }

  private static void add(XYChart chart, Published published, Sample sample, Color color) {
    double[] percent = new double[sample.millis.length];
    for (int i = 0; i < percent.length; i++) {
      percent[i] = 100.0 * (i + 1) / percent.length;
    }
    XYSeries line = chart.addSeries(published.range(), sample.millis, percent);
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(color);
    XYSeries dots =
        chart.addSeries(
            published.range() + ", published p50, p99, longest",
            new double[] {published.p50(), published.p99(), published.longest()},
            new double[] {50, 99, 100});
    dots.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    dots.setMarker(SeriesMarkers.CIRCLE);
    dots.setMarkerColor(color);
  }
}
