package io.raftlog.simulation;

import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.simulation.invariants.CommittedLog;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which producers a committed log forgets, by the rule alone: one that was not used for so much log
 * time, and the one used longest ago when there are too many. Every run must be one that the rule
 * allows.
 */
final class Expiry {
  private static final class Known {
    long registration;
    long nextSequence;
    long usedNanos;
  }

  private final long expiryNanos;
  private final int maxProducers;

  /** In the order of use. */
  private final LinkedHashMap<String, Known> producers = new LinkedHashMap<>();

  private long expired;
  private long evicted;

  Expiry(long expiryNanos, int maxProducers) {
    this.expiryNanos = expiryNanos;
    this.maxProducers = maxProducers;
  }

  void check(CommittedLog committed) {
    for (long index = 1; index <= committed.lastIndex(); index++) {
      ByteBuffer bytes = committed.at(index).entry().bytes();
      EntryHeader header = EntryLayout.header(bytes);
      forgetIdle(header.logTimeNanos());
      if (header.kind() == EntryKind.RECORDS) {
        for (RunCursor run = new RunCursor(bytes.duplicate()); run.nextRun(); ) {
          take(header, run);
        }
      }
    }
  }

  /** How many were forgotten since they were idle. */
  long expired() {
    return expired;
  }

  /** How many were forgotten since there were too many. */
  long evicted() {
    return evicted;
  }

  private void forgetIdle(long logTime) {
    Iterator<Known> leastRecentFirst = producers.values().iterator();
    while (leastRecentFirst.hasNext()
        && logTime - leastRecentFirst.next().usedNanos >= expiryNanos) {
      leastRecentFirst.remove();
      expired++;
    }
  }

  private void take(EntryHeader header, RunCursor run) {
    if (run.isControl()) {
      if (run.control() instanceof ControlRun.Registration registration) {
        Known known = use(registration.producer().toString(), header.logTimeNanos());
        Violation.unless(
            known.registration == 0 || known.registration == registration.replaces(),
            "Fencing",
            () -> "entry " + header.index() + " replaces " + registration.replaces());
        known.registration = header.index();
      }
      return;
    }
    Known known = use(run.producer().toString(), header.logTimeNanos());
    Violation.unless(
        known.registration == run.registration() && known.nextSequence == run.firstSequence(),
        "Expiry",
        () ->
            "entry "
                + header.index()
                + " has sequence "
                + run.firstSequence()
                + " of "
                + run.producer()
                + " under "
                + run.registration()
                + ", known are "
                + known.nextSequence
                + " under "
                + known.registration);
    known.nextSequence += run.count();
  }

  private Known use(String producer, long logTime) {
    Known known = producers.remove(producer);
    if (known == null) {
      known = new Known();
      while (producers.size() >= maxProducers) {
        Map.Entry<String, Known> leastRecent = producers.entrySet().iterator().next();
        producers.remove(leastRecent.getKey());
        evicted++;
      }
    }
    known.usedNanos = logTime;
    producers.put(producer, known);
    return known;
  }
}
