package io.raftlog.examples.outbox;

import java.util.List;
import java.util.Locale;

/**
 * What it came to.
 *
 * @param lines how many were written into the outbox
 * @param producerKills how many times the producer's process was killed
 * @param consumerKills how many times the consumer's process was killed
 * @param moves how many times the consumer moved to another node and the old one was fenced
 * @param redelivered how many records were delivered again after they had been counted
 * @param log what is wrong with the nodes' logs
 * @param miscounted how many HTTP statuses have other totals than the input
 * @param seconds how long it took, until the last line was counted and committed
 */
record Report(
    long lines,
    int producerKills,
    int consumerKills,
    int moves,
    long redelivered,
    LogAudit.Findings log,
    int miscounted,
    double seconds) {

  boolean isClean() {
    return log.equals(LogAudit.Findings.NONE) && miscounted == 0;
  }

  /** For people. */
  String table() {
    List<String> rows =
        List.of(
            row("lines", lines, "written into the outbox"),
            row("producer killed", producerKills, "times, by kill -9"),
            row("consumer killed", consumerKills, "times, by kill -9"),
            row("consumer moved", moves, "times, and the old one was fenced"),
            row("redelivered", redelivered, "records, told by their offsets and not counted again"),
            row("lost", log.lost(), "lines, on whichever of the three nodes most are"),
            row("doubled", log.doubled(), "lines"),
            row("out of order", log.misplaced(), "lines"),
            row("foreign", log.foreign(), "records that are no line of the input"),
            row("miscounted", miscounted, "HTTP statuses with totals other than the input's"),
            String.format(Locale.ROOT, "  %-16s %9.1f  %s", "time", seconds, "seconds"));
    return String.join("\n", rows);
  }

  private static String row(String name, long value, String what) {
    return String.format(Locale.ROOT, "  %-16s %,9d  %s", name, value, what);
  }
}
