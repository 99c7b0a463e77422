package io.raftlog.examples.outbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the consumer makes of the log: requests and bytes for each HTTP status, together with the
 * offset up to which they are counted. Not thread-safe.
 */
final class Totals {
  /** Behind the quoted request: a status, and a number of bytes if there were any. */
  private static final Pattern STATUS_AND_BYTES = Pattern.compile("\" (\\d{3}) (\\d{1,15}|-)");

  /** Stands for the status of a line that has none. */
  private static final String NO_STATUS = "none";

  private static final String NEXT = "next";
  private static final String REDELIVERED = "redelivered";
  private static final String STATUS = "status";

  private final SortedMap<String, Tally> tallies = new TreeMap<>();
  private long next;
  private long redelivered;

  /**
   * Of one status.
   *
   * @param requests how many
   * @param bytes how many together
   */
  record Tally(long requests, long bytes) {
    static final Tally ZERO = new Tally(0, 0);

    Tally plus(long moreBytes) {
      return new Tally(requests + 1, bytes + moreBytes);
    }
  }

  /** From what {@link #lines} gave. */
  static Totals parse(List<String> lines) {
    Totals totals = new Totals();
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case NEXT -> totals.next = Long.parseLong(words[1]);
        case REDELIVERED -> totals.redelivered = Long.parseLong(words[1]);
        case STATUS ->
            totals.tallies.put(
                words[1], new Tally(Long.parseLong(words[2]), Long.parseLong(words[3])));
        default -> throw new IllegalStateException("totals with a line \"" + line + "\"");
      }
    }
    return totals;
  }

  /** As text. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(NEXT + " " + next);
    lines.add(REDELIVERED + " " + redelivered);
    tallies.forEach(
        (status, tally) ->
            lines.add(STATUS + " " + status + " " + tally.requests + " " + tally.bytes));
    return lines;
  }

  /**
   * Counts a record, unless it is counted already.
   *
   * @throws IllegalStateException when a record before it was never delivered
   */
  void accept(long offset, byte[] line) {
    if (offset < next) {
      redelivered++;
      return;
    }
    if (offset > next) {
      throw new IllegalStateException(
          "offset " + offset + " was delivered, but " + next + " was not: records were skipped");
    }
    Matcher matcher = STATUS_AND_BYTES.matcher(new String(line, StandardCharsets.ISO_8859_1));
    boolean known = matcher.find();
    String status = known ? matcher.group(1) : NO_STATUS;
    long bytes = known && !matcher.group(2).equals("-") ? Long.parseLong(matcher.group(2)) : 0;
    tallies.put(status, tallies.getOrDefault(status, Tally.ZERO).plus(bytes));
    next++;
  }

  /** The offset of the first record that is not counted. */
  long next() {
    return next;
  }

  /** How many records came again after they had been counted. */
  long redelivered() {
    return redelivered;
  }

  /** By status. */
  SortedMap<String, Tally> tallies() {
    return tallies;
  }
}
