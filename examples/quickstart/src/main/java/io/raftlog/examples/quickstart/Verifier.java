package io.raftlog.examples.quickstart;

import io.raftlog.LogRecord;
import io.raftlog.RaftLog;
import io.raftlog.ReadResult;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** Consumes the logs of all nodes and checks them against what was published. */
final class Verifier {
  private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(2);

  private final Console console;
  private final List<Ledger> ledgers;
  private final long published;
  private final int batch;

  /**
   * Makes one.
   *
   * @param console where it tells what it finds
   * @param ledgers what was published
   * @param batch how many records to read at once
   */
  Verifier(Console console, Collection<Ledger> ledgers, int batch) {
    this.console = console;
    this.ledgers = List.copyOf(ledgers);
    this.published = ledgers.stream().mapToLong(ledger -> ledger.source().count()).sum();
    this.batch = batch;
  }

  /** Consumes every node's log, as soon as the node has everything. Blocks. */
  Findings verify(Cluster cluster) throws InterruptedException {
    Findings all = null;
    for (Member member : cluster.members()) {
      Waiting.until(
          member.id() + " to have all records",
          CATCH_UP_LIMIT,
          () -> member.status().endOffset() >= published);
      Findings findings = verify(member);
      console.say("%s: %s", member.id(), findings.describe());
      all = all == null ? findings : all.or(findings);
    }
    if (all == null) {
      throw new IllegalArgumentException("a cluster without members");
    }
    console.say(
        all.isClean() ? "all nodes hold the same log" : "the logs are NOT as they should be");
    return all;
  }

  private Findings verify(Member member) throws InterruptedException {
    AtomicLong consumed = new AtomicLong();
    return console.during(
        () ->
            String.format(
                Locale.ROOT,
                "consumed %,d of %,d records from %s, %d at a time",
                consumed.get(),
                published,
                member.id(),
                batch),
        () -> verify(member.log(), consumed));
  }

  private Findings verify(RaftLog log, AtomicLong consumed) throws InterruptedException {
    LogAudit audit = new LogAudit(ledgers);
    long offset = 0;
    List<LogRecord> records;
    do {
      ReadResult result = read(log, offset);
      records = result.records();
      records.forEach(audit::accept);
      offset = result.nextOffset();
      consumed.addAndGet(records.size());
    } while (!records.isEmpty());
    return audit.findings();
  }

  private ReadResult read(RaftLog log, long offset) throws InterruptedException {
    try {
      return log.read(offset, batch).get();
    } catch (ExecutionException e) {
      throw new ExampleException("reading from offset " + offset + " failed: " + e.getCause(), e);
    }
  }
}
