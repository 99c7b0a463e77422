package io.raftlog.benchmarks.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How many appends were acknowledged by when, noted about each second: compares the first minute
 * with the last. Used by one thread.
 */
final class Rates {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final List<Moment> moments = new ArrayList<>();

  private record Moment(long nanos, long acknowledged) {
    double perSecondUntil(Moment later) {
      return FigureMap.perSecond(later.acknowledged - acknowledged, later.nanos - nanos);
    }
  }

  /** The first and the last minute of a time, or its halves if it has less than two minutes. */
  static Duration part(Duration whole) {
    Duration half = whole.dividedBy(2);
    return half.compareTo(MINUTE) < 0 ? half : MINUTE;
  }

  /** How a report calls such a part, after "first" or "last". */
  static String partName(Duration whole) {
    Duration part = part(whole);
    return part.equals(MINUTE) ? "minute" : part.toSeconds() + " s";
  }

  /** Notes how many there are by now; at first before what is compared, and in the end after it. */
  void note(long nanos, long acknowledged) {
    moments.add(new Moment(nanos, acknowledged));
  }

  /** From the first moment that was noted to the last. */
  Duration elapsed() {
    return Duration.ofNanos(last().nanos - first().nanos);
  }

  /** Acknowledged per second in the first minute, or up to the next moment after it. */
  double firstPerSecond() {
    long until = first().nanos + part(elapsed()).toNanos();
    Moment end = moments.stream().filter(m -> m.nanos >= until).findFirst().orElseThrow();
    return first().perSecondUntil(end);
  }

  /** Acknowledged per second in the last minute, or from the last moment before it. */
  double lastPerSecond() {
    long from = last().nanos - part(elapsed()).toNanos();
    Moment start =
        moments.stream().filter(m -> m.nanos <= from).reduce((one, next) -> next).orElseThrow();
    return start.perSecondUntil(last());
  }

  private Moment first() {
    return moments.get(0);
  }

  private Moment last() {
    return moments.get(moments.size() - 1);
  }
}
