package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.Operation;
import io.raftlog.jepsen.history.RecordedRun;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Where subscriptions went on, who moved their positions, and whether every record was delivered.
 * What was delivered is looked at as reads are.
 */
final class DurableSubscriptions {
  /** The highest of some numbers that came until a time. */
  private static final class Highest {
    private final TreeMap<Long, Long> byMicros = new TreeMap<>();

    /** Must be called in the order of time. */
    void add(long micros, long number) {
      byMicros.put(micros, Math.max(number, before(micros + 1)));
    }

    /** -1 if there was none. */
    long before(long micros) {
      Map.Entry<Long, Long> last = byMicros.lowerEntry(micros);
      return last == null ? -1 : last.getValue();
    }
  }

  /** What was called of one subscription and succeeded, and all commits, by invocation. */
  private static final class Calls {
    final List<Operation> claims = new ArrayList<>();
    final List<Operation> commits = new ArrayList<>();
    final BitSet delivered = new BitSet();
  }

  private final Findings findings;
  private final RecordedRun run;

  /** By name. */
  private final Map<String, Calls> subscriptions = new TreeMap<>();

  /** By the number of the operation. */
  private final Map<Long, Operation> claims = new HashMap<>();

  DurableSubscriptions(RecordedRun run, Findings findings) {
    this.run = run;
    this.findings = findings;
  }

  void check() {
    for (Operation operation : run.operations()) {
      switch (operation.f()) {
        case Event.CLAIM -> {
          if (operation.ok()) {
            claims.put(operation.invoked().op(), operation);
            callsOf(operation).claims.add(operation);
          }
        }
        case Event.COMMIT -> callsOf(claimOf(operation)).commits.add(operation);
        case Event.DELIVER -> delivered(operation);
        default -> {}
      }
    }
    subscriptions.forEach(this::check);
  }

  private Calls callsOf(Operation claim) {
    return subscriptions.computeIfAbsent(claim.invoked().text("subscription"), any -> new Calls());
  }

  private Operation claimOf(Operation operation) {
    return Objects.requireNonNull(claims.get(operation.invoked().number("claim")));
  }

  private static Event completed(Operation operation) {
    return Objects.requireNonNull(operation.completed());
  }

  private static List<Operation> byCompletion(List<Operation> operations) {
    return operations.stream()
        .filter(Operation::ok)
        .sorted(Comparator.comparingLong(operation -> completed(operation).micros()))
        .toList();
  }

  private void delivered(Operation delivery) {
    if (delivery.ok()) {
      long from = delivery.invoked().number("offset");
      int count = completed(delivery).texts("values").size();
      callsOf(claimOf(delivery)).delivered.set((int) from, (int) from + count);
    }
  }

  private void check(String name, Calls calls) {
    positions(calls);
    owners(calls);
    long end = 0;
    for (Operation operation : run.operations()) {
      if (operation.f().equals(Event.APPEND) && operation.ok()) {
        end = Math.max(end, completed(operation).number("offset") + 1);
      }
    }
    int missed = calls.delivered.nextClearBit(0);
    if (!calls.claims.isEmpty() && missed < end) {
      findings.add(Anomaly.UNDELIVERED, () -> "offset " + missed + " to no consumer of " + name);
    }
  }

  /** A claim tells the highest position that was committed before it, or a later one. */
  private void positions(Calls calls) {
    Highest committed = new Highest();
    for (Operation commit : byCompletion(calls.commits)) {
      committed.add(completed(commit).micros(), commit.invoked().number("offset"));
    }
    Map<Long, Long> firstCalled = new HashMap<>();
    for (Operation commit : calls.commits) {
      firstCalled.putIfAbsent(commit.invoked().number("offset"), commit.invoked().micros());
    }
    for (Operation claim : calls.claims) {
      long position = completed(claim).number("offset");
      long least = committed.before(claim.invoked().micros());
      if (position < least) {
        findings.add(Anomaly.LOST_COMMIT, () -> least + " was committed before " + claim);
      }
      Long called = firstCalled.get(position);
      if (position != 0 && (called == null || called > completed(claim).micros())) {
        findings.add(Anomaly.PHANTOM_COMMIT, () -> "nobody had committed that: " + claim);
      }
    }
  }

  /** Nobody moves the position once a later claim has succeeded. */
  private void owners(Calls calls) {
    Highest invoked = new Highest();
    for (Operation claim : byCompletion(calls.claims)) {
      invoked.add(completed(claim).micros(), claim.invoked().micros());
    }
    Map<Long, Long> calledOfClaim = new HashMap<>();
    for (Operation commit : calls.commits) {
      long position = commit.invoked().number("offset");
      long before =
          Objects.requireNonNullElse(calledOfClaim.get(commit.invoked().number("claim")), -1L);
      calledOfClaim.put(commit.invoked().number("claim"), Math.max(before, position));
      Operation claim = claimOf(commit);
      boolean moves = position > Math.max(before, completed(claim).number("offset"));
      long later = invoked.before(commit.invoked().micros());
      if (moves && commit.ok() && later > completed(claim).micros()) {
        findings.add(
            Anomaly.ZOMBIE_COMMIT,
            () -> commit + " of " + claim + ", though another was claimed after that");
      }
    }
  }
}
