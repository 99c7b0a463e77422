package io.raftlog.internal.replica;

import io.raftlog.NoLeaderException;
import io.raftlog.RaftLogException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a replica does for its readers: holds every read that was called on this node and has to
 * wait, for a leader's confirmation in {@link ReadRounds}, or here for the log to grow. Owned by
 * the loop thread, but for {@link #reader}; bounded by {@link LogReader}.
 *
 * <p>A waiting read costs nothing: no timer, no message, no turn of the loop. Those that wait for
 * the same end are told in one step, when the end moves.
 */
final class Reading {
  private final ReplicaConfig config;
  private final LogApplier applier;
  private final Completions completions;
  private final ReadRounds rounds;
  private final CommittedRecords records;
  private final LogReader reader;
  private final Runnable wakeUp;
  private final TreeMap<Long, ReadGroup> byAwaitedEnd = new TreeMap<>();
  private final DueReads due = new DueReads();

  Reading(
      ReplicaConfig config,
      ReplicaPorts ports,
      LogApplier applier,
      TailCache cache,
      Inbox inbox,
      ReadRounds rounds,
      Completions completions) {
    this.config = config;
    this.applier = applier;
    this.rounds = rounds;
    this.completions = completions;
    this.wakeUp = ports.wakeUp();
    this.records = new CommittedRecords(config, cache, applier, ports, inbox);
    this.reader = new LogReader(config, records, rounds, inbox);
  }

  /** Where reads come in; any thread. */
  LogReader reader() {
    return reader;
  }

  void add(WaitingRead read) {
    ReadView view = applier.view();
    if (read.needsConfirmation()) {
      rounds.add(read);
    } else if (read.awaitedEnd <= view.endOffset()) {
      completions.complete(read.future, view);
      return;
    } else {
      byAwaitedEnd.computeIfAbsent(read.awaitedEnd, end -> new ReadGroup()).add(read);
    }
    due.add(read);
  }

  /** Nobody wants to know any longer. */
  void abandon(WaitingRead read) {
    if (!read.isOver()) {
      leave(read);
      due.ended(1);
    }
  }

  private void leave(WaitingRead read) {
    ReadGroup group = read.group;
    if (group == null) {
      return;
    }
    group.remove(read);
    if (!read.needsConfirmation() && group.isEmpty()) {
      byAwaitedEnd.remove(read.awaitedEnd);
    }
  }

  /** Before the algorithm's effects are taken: ends what is due, asks for confirmation. */
  void ask(long nowNanos) {
    for (WaitingRead read = due.pollDue(nowNanos); read != null; read = due.pollDue(nowNanos)) {
      leave(read);
      if (read.needsConfirmation()) {
        completions.fail(
            read.future,
            new NoLeaderException(
                "log "
                    + config.logId()
                    + ": until the deadline no leader confirmed the read, or this node did not catch"
                    + " up with what was confirmed; read again, here or on another node"));
      } else {
        completions.complete(read.future, applier.view());
      }
    }
    rounds.ask(nowNanos);
  }

  /** After the effects were carried out: tells those who may read now. */
  void settle() {
    ReadView view = applier.view();
    int told = rounds.settle(applier.appliedIndex(), view);
    while (!byAwaitedEnd.isEmpty() && byAwaitedEnd.firstKey() <= view.endOffset()) {
      Map.Entry<Long, ReadGroup> reached = byAwaitedEnd.pollFirstEntry();
      told += reached.getValue().size();
      reached.getValue().tell(view, completions);
    }
    if (told > 0) {
      due.ended(told);
    }
    if (rounds.mayAsk()) {
      wakeUp.run();
    }
  }

  /** Whether somebody waits here for entries to be committed. */
  boolean isEmpty() {
    return byAwaitedEnd.isEmpty() && rounds.isEmpty();
  }

  /** When something is due although nothing happens; no later than what is due elsewhere. */
  long nextDeadlineNanos(long otherwiseNanos) {
    long next = rounds.nextDeadlineNanos(otherwiseNanos);
    Long first = due.nextNanos();
    return first != null && first - next < 0 ? first : next;
  }

  /** From now on nothing can be read here; whoever waits is told. */
  void close(RaftLogException cause) {
    rounds.failAll(cause);
    byAwaitedEnd.values().forEach(group -> group.fail(cause, completions));
    byAwaitedEnd.clear();
    for (WaitingRead left = due.first(); left != null; left = due.first()) {
      completions.fail(left.future, cause); // it was on its way from one group to another
      due.remove(left);
    }
    records.close(cause);
  }

  /** Refuses what came too late, if it is a read. */
  void refuse(Inbox.Event event) {
    RaftLogException cause = records.closed();
    if (cause != null && event instanceof Inbox.ReadAsked asked) {
      completions.fail(asked.read().future, cause);
    }
  }
}
