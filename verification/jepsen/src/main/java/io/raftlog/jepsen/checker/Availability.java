package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.Operation;
import io.raftlog.jepsen.history.RecordedRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Whether the log made progress while it had to. While a majority of the nodes can talk to each
 * other, no longer than {@link #BOUND_MICROS} may pass in which no append is acknowledged.
 */
public final class Availability {
  /**
   * Ten elections one after the other and then some; a leader is found within two in nearly all
   * cases. 20 s.
   */
  static final long BOUND_MICROS = TimeUnit.SECONDS.toMicros(20);

  /**
   * A time in which a fault struck.
   *
   * @param fault which
   * @param value what exactly
   * @param fromMicros when it began to strike
   * @param toMicros when it was healed
   * @param majority how much of the time a majority could talk, 0 to 1
   * @param acknowledged appends in that time
   * @param longestGapMicros the longest time without one while a majority could talk
   */
  public record Window(
      String fault,
      String value,
      long fromMicros,
      long toMicros,
      double majority,
      int acknowledged,
      long longestGapMicros) {}

  private record Span(long from, long to) {}

  private final List<Window> windows = new ArrayList<>();
  private final List<Span> required = new ArrayList<>();
  private final NavigableSet<Long> acknowledged = new TreeSet<>();

  private Availability() {}

  static Availability of(RecordedRun run) {
    Availability availability = new Availability();
    for (Operation operation : run.operations()) {
      if (operation.f().equals(Event.APPEND) && operation.ok()) {
        availability.acknowledged.add(Objects.requireNonNull(operation.completed()).micros());
      }
    }
    availability.findRequired(run);
    availability.findWindows(run);
    return availability;
  }

  /** When a majority could talk and clients were at work. */
  private void findRequired(RecordedRun run) {
    boolean majority = false;
    boolean working = false;
    long since = 0;
    for (Event event : run.nemesis()) {
      boolean before = majority && working;
      if (event.f().equals(Event.STATE)) {
        majority = event.text("majority").equals("true");
      } else if (event.f().equals(Event.WORKLOAD)) {
        working = event.text("value").equals("begins");
      }
      if (!before && majority && working) {
        since = event.micros();
      } else if (before && !(majority && working)) {
        required.add(new Span(since, event.micros()));
      }
    }
    if (majority && working) {
      required.add(new Span(since, run.lastMicros()));
    }
  }

  private void findWindows(RecordedRun run) {
    Map<String, Event> struck = new HashMap<>();
    Map<String, String> values = new HashMap<>();
    for (Event event : run.nemesis()) {
      String fault = event.text("fault");
      switch (event.f()) {
        case Event.STRIKE -> struck.put(fault, event);
        case Event.STRUCK -> values.put(fault, event.text("value"));
        case Event.HEAL -> {
          Event begin = struck.remove(fault);
          if (begin != null) {
            windows.add(
                window(fault, values.getOrDefault(fault, ""), begin.micros(), event.micros()));
          }
        }
        default -> {}
      }
    }
  }

  private Window window(String fault, String value, long from, long to) {
    long inMajority = 0;
    long longest = 0;
    for (Span span : required) {
      long begin = Math.max(span.from(), from);
      long end = Math.min(span.to(), to);
      if (begin < end) {
        inMajority += end - begin;
        longest = Math.max(longest, longestGap(begin, end));
      }
    }
    return new Window(
        fault,
        value,
        from,
        to,
        (double) inMajority / Math.max(1, to - from),
        acknowledged.subSet(from, to).size(),
        longest);
  }

  private long longestGap(long from, long to) {
    long longest = 0;
    long last = from;
    for (long at : acknowledged.subSet(from, to)) {
      longest = Math.max(longest, at - last);
      last = at;
    }
    return Math.max(longest, to - last);
  }

  void check(Findings findings) {
    for (Span span : required) {
      long gap = longestGap(span.from(), span.to());
      if (gap > BOUND_MICROS) {
        findings.add(
            Anomaly.UNAVAILABLE,
            () ->
                "nothing was acknowledged for "
                    + TimeUnit.MICROSECONDS.toMillis(gap)
                    + " ms between "
                    + TimeUnit.MICROSECONDS.toSeconds(span.from())
                    + " s and "
                    + TimeUnit.MICROSECONDS.toSeconds(span.to())
                    + " s, while a majority could talk");
      }
    }
  }

  /** The times in which faults struck, by when they were healed. */
  public List<Window> windows() {
    return List.copyOf(windows);
  }

  /** The longest time without an acknowledged append while a majority could talk. */
  public long longestGapMicros() {
    return required.stream().mapToLong(span -> longestGap(span.from(), span.to())).max().orElse(0);
  }

  /** How long a majority could talk and clients were at work. */
  public long requiredMicros() {
    return required.stream().mapToLong(span -> span.to() - span.from()).sum();
  }

  /** How many of the full seconds in which it was required had an acknowledged append, 0 to 1. */
  public double share() {
    long seconds = 0;
    long good = 0;
    for (Span span : required) {
      for (long at = span.from(); at + 1_000_000 <= span.to(); at += 1_000_000) {
        seconds++;
        good += acknowledged.subSet(at, at + 1_000_000).isEmpty() ? 0 : 1;
      }
    }
    return seconds == 0 ? 1 : (double) good / seconds;
  }
}
