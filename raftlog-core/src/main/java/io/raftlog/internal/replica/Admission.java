package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.WantedControl;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.producer.Check;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the leader lets into the log: checks appends against the tables and makes entries of those
 * that are next. It exists while this replica leads one term. Owned by the loop thread.
 *
 * <p>An append that is in the log already, committed or not, is left out: whoever called it sees
 * the entry when it is committed. One that must be refused waits until a quorum has confirmed that
 * this replica still leads, and is then looked at again, since what it missed may have come
 * meanwhile. Nobody is told that his producer is unknown before that is so in the committed tables
 * too: whoever begins again with 0 must not find what he appended before.
 */
final class Admission {
  /**
   * Who sent appends, and with which request: a verdict goes back there.
   *
   * @param appliedIndex up to where it has seen what became of them
   */
  record Origin(NodeId node, long session, long requestId, long appliedIndex) {}

  /**
   * The answer to a batch.
   *
   * @param accepted false when all of it has to be sent again
   * @param complete whether it is all there is to say; else something was parked, and the whole
   *     answer is given when a quorum has confirmed this leader
   * @param verdicts what was not simply appended
   */
  record Answer(boolean accepted, boolean complete, List<Verdict> verdicts) {
    static final Answer SEND_AGAIN = new Answer(false, true, List.of());
  }

  private record Parked(Origin origin, ByteBuffer draft, List<Verdict> verdicts, long afterIndex) {}

  private final RaftCore core;
  private final EntryTail tail;
  private final Tables tables;
  private final Tables committed;
  private final ReadIds readIds;
  private final long maxParkedBytes;
  private final Map<Long, Parked> parked = new HashMap<>();

  /** Parked until everything is committed that was in the log then. */
  private final ArrayDeque<Parked> awaitingCommit = new ArrayDeque<>();

  private long parkedBytes;

  /**
   * Begins to lead.
   *
   * @param tables the committed tables and this replica's uncommitted entries; this owns them now
   * @param committed the committed tables, which go on following the log
   */
  Admission(
      RaftCore core,
      EntryTail tail,
      Tables tables,
      Tables committed,
      ReadIds readIds,
      long maxParkedBytes) {
    this.core = core;
    this.tail = tail;
    this.tables = tables;
    this.committed = committed;
    this.readIds = readIds;
    this.maxParkedBytes = maxParkedBytes;
  }

  /** Appends what the core wants in the log, between batches. */
  void append(WantedControl wanted) {
    LogEntry entry = tail.control(wanted, core.nextIndex(), core.term());
    append(entry);
    tables.control(entry);
  }

  private void append(LogEntry entry) {
    long index = core.propose(entry.extent());
    if (index != entry.index()) {
      throw new IllegalStateException("proposed entry " + entry.index() + ", got " + index);
    }
    tail.append(entry);
  }

  /**
   * Appends what is next in a batch.
   *
   * @param draft an entry whose header is empty; becomes the entry if all of it is next, so nobody
   *     else may use it any more
   * @param origin who sent it
   */
  Answer admit(ByteBuffer draft, Origin origin) {
    return admit(draft, origin, null);
  }

  /**
   * A quorum has confirmed that this replica led when the read was asked: what was parked for it is
   * looked at again, for good.
   *
   * @return the whole answer and for whom it is, or null if nothing was parked under this id
   */
  @Nullable Confirmed confirmed(long readId) {
    Parked waiting = parked.remove(readId);
    if (waiting == null) {
      return null;
    }
    parkedBytes -= waiting.draft().remaining();
    int told = waiting.verdicts().size();
    Answer answer = admit(waiting.draft(), waiting.origin(), waiting.verdicts());
    return new Confirmed(waiting.origin(), answer, told);
  }

  /**
   * An answer to what was parked.
   *
   * @param origin whose appends
   * @param answer the whole answer
   * @param told how many of its verdicts were in the one before
   */
  record Confirmed(Origin origin, Answer answer, int told) {
    List<Verdict> newVerdicts() {
      return answer.verdicts().subList(told, answer.verdicts().size());
    }
  }

  private Answer admit(ByteBuffer draft, Origin origin, @Nullable List<Verdict> earlierVerdicts) {
    if (!core.hasCapacity()) {
      return Answer.SEND_AGAIN;
    }
    Batch batch = new Batch(draft, origin, earlierVerdicts);
    for (RunCursor run = new RunCursor(draft); run.nextRun(); ) {
      batch.takeRun(run);
    }
    batch.propose();
    if (batch.forgetsByTime && core.hasCapacity()) {
      // An entry without records, so that the committed tables forget whom these have forgotten.
      append(new WantedControl(null));
    }
    if (batch.originLags) {
      return Answer.SEND_AGAIN;
    }
    EntryDraft refused = batch.toPark;
    if (refused == null) {
      return new Answer(true, true, batch.verdicts);
    }
    // Nothing is lost without room: the origin sends all again, and what was appended is there.
    boolean parkedNow = park(refused, origin, batch.verdicts, batch.tooEarly);
    return parkedNow ? new Answer(true, false, batch.verdicts) : Answer.SEND_AGAIN;
  }

  private boolean park(
      EntryDraft refused, Origin origin, List<Verdict> verdicts, boolean untilCommitted) {
    if (parkedBytes + refused.length() > maxParkedBytes) {
      return false;
    }
    parkedBytes += refused.length();
    Parked waiting = new Parked(origin, refused.finish(), verdicts, core.nextIndex() - 1);
    // In the order in which they came: what one is told may make another one next.
    if (untilCommitted || !awaitingCommit.isEmpty()) {
      awaitingCommit.add(waiting);
    } else {
      confirm(waiting);
    }
    return true;
  }

  private void confirm(Parked waiting) {
    long readId = readIds.next();
    parked.put(readId, waiting);
    core.requestRead(readId);
  }

  /** More was committed, and is in the committed tables: what waited for it goes on. */
  void commitAdvanced() {
    while (!awaitingCommit.isEmpty() && awaitingCommit.peek().afterIndex() <= core.commitIndex()) {
      confirm(awaitingCommit.remove());
    }
  }

  /** One batch on its way into an entry. */
  private final class Batch {
    private final ByteBuffer draft;
    private final Origin origin;
    private final boolean confirmed;
    private final long firstOffset = tail.endOffset();
    private final long timestamp = tail.nextTimestamp();
    private final long logTime = tail.nextLogTime();
    private final List<Verdict> verdicts = new ArrayList<>();

    /** What is next, once something had to be left out. */
    private @Nullable EntryDraft rest;

    private @Nullable EntryDraft toPark;

    /** Whether a producer was forgotten here because time has passed since the last entry. */
    private boolean forgetsByTime;

    /** Whether a producer is unknown here, but not in the committed tables yet. */
    private boolean tooEarly;

    /** Whether something may be in the log already, where its origin has not seen it yet. */
    private boolean originLags;

    private int admittedRecords;
    private boolean admittedAny;

    /** Up to where everything in the draft was admitted. */
    private int admittedTo = EntryLayout.HEADER_BYTES;

    Batch(ByteBuffer draft, Origin origin, @Nullable List<Verdict> earlierVerdicts) {
      this.draft = draft;
      this.origin = origin;
      this.confirmed = earlierVerdicts != null;
      if (earlierVerdicts != null) {
        verdicts.addAll(earlierVerdicts);
      }
      tables.producers().advanceTo(logTime, core.nextIndex());
    }

    void takeRun(RunCursor run) {
      if (run.isControl()) {
        takeControl(run);
        return;
      }
      int[] crcs = run.crcs();
      Check check =
          tables.producers().check(run.producer(), run.registration(), run.firstSequence(), crcs);
      if (check.kind() == Check.Kind.NEXT && !mayBeAgain(run.producer(), run.firstSequence())) {
        admit(run.producer(), run.firstSequence(), crcs);
        keep(run);
        return;
      }
      leaveOutFromHere();
      int done = 0;
      for (int at = run.recordsFrom(); at < run.runEnd(); ) {
        int count = run.listLength(at);
        int end = at;
        for (int i = 0; i < count; i++) {
          end = run.after(end);
        }
        int[] ownCrcs = Arrays.copyOfRange(crcs, done, done + count);
        takeAppend(run, run.firstSequence() + done, ownCrcs, at, end);
        done += count;
        at = end;
      }
    }

    /**
     * What is not next is left out without a word: its origin sees what is there instead when that
     * is committed, and everybody whom that one fences.
     */
    private void takeControl(RunCursor run) {
      ControlRun control = run.control();
      if (tables.outcome(control) == null && !mayBeAgain(control)) {
        tables.apply(control, core.nextIndex());
        admittedAny = true;
        keep(run);
      } else {
        leaveOutFromHere();
      }
    }

    private void keep(RunCursor run) {
      if (rest == null) {
        admittedTo = run.runEnd();
      } else {
        copy(run, rest);
      }
    }

    private void copy(RunCursor run, EntryDraft to) {
      to.appendPart(run, draft, run.recordsFrom(), run.runEnd(), run.firstSequence(), run.count());
    }

    private void takeAppend(RunCursor run, long sequence, int[] crcs, int from, int to) {
      ProducerId producer = run.producer();
      Check check = tables.producers().check(producer, run.registration(), sequence, crcs);
      int count = crcs.length;
      switch (check.kind()) {
        case NEXT -> {
          if (!mayBeAgain(producer, sequence)) {
            admit(producer, sequence, crcs);
            if (rest != null) {
              rest.appendPart(run, draft, from, to, sequence, count);
            }
          }
        }
        case FENCED -> {
          // Left out without a word, like a control run.
        }
        case DUPLICATE, REUSED -> verdicts.add(Verdict.duplicate(producer, sequence, count));
        case GAP, UNKNOWN_PRODUCER -> {
          boolean early =
              !tables.producers().knows(producer) && committed.producers().knows(producer);
          forgetsByTime |= early && forgetsByTime(producer);
          tooEarly |= early;
          if (confirmed && !early) {
            verdicts.add(refusal(check.kind(), producer, sequence, count));
          } else {
            toPark = toPark == null ? new EntryDraft(0) : toPark;
            toPark.appendPart(run, draft, from, to, sequence, count);
          }
        }
      }
    }

    private boolean mayBeAgain(ControlRun control) {
      return control instanceof ControlRun.Registration registration
          && mayBeAgain(registration.producer(), 0);
    }

    /**
     * Whether this is a producer's first append, and may be in the log already, although the
     * producer is not known: it was forgotten since, and whoever sends this has not come so far.
     * Then it must come again when he has, unless he finds it there.
     */
    private boolean mayBeAgain(ProducerId producer, long sequence) {
      if (sequence > 0
          || !tables.producers().mayHaveForgottenSince(producer, origin.appliedIndex())) {
        return false;
      }
      originLags = true;
      forgetsByTime |= forgetsByTime(producer);
      return true;
    }

    /** Whether only time has passed since the last entry, which the next one will say. */
    private boolean forgetsByTime(ProducerId producer) {
      return committed.producers().forgetsAt(producer, logTime)
          && !committed.producers().forgetsAt(producer, tail.lastLogTime());
    }

    /**
     * What is expected is told from the committed table: callers take everything before it for
     * proven. The story: (1) 0 to 3 are in this leader's log, not committed, since the disk hangs;
     * (2) 5 is refused, and 4 expected; (3) the caller, told to resend from 4, drops 0 to 3; (4)
     * the disk fails, and they are lost. Resending what is about to be committed does no harm.
     */
    private Verdict refusal(Check.Kind kind, ProducerId producer, long sequence, int count) {
      return kind == Check.Kind.GAP
          ? Verdict.gap(
              producer,
              sequence,
              count,
              committed.producers().lastSequence(producer) + 1,
              core.commitIndex())
          : Verdict.unknownProducer(producer, sequence, count, core.commitIndex());
    }

    private void admit(ProducerId producer, long sequence, int[] crcs) {
      tables.producers().apply(producer, sequence, crcs, firstOffset + admittedRecords, timestamp);
      admittedRecords += crcs.length;
      admittedAny = true;
    }

    /** Copies what was admitted so far, since the draft as a whole cannot become the entry. */
    private void leaveOutFromHere() {
      if (rest != null) {
        return;
      }
      rest = new EntryDraft(draft.remaining());
      for (RunCursor run = new RunCursor(draft.duplicate().limit(admittedTo)); run.nextRun(); ) {
        copy(run, rest);
      }
    }

    void propose() {
      if (!admittedAny) {
        return;
      }
      ByteBuffer body = rest == null ? draft : rest.finish();
      EntryHeader header =
          new EntryHeader(
              EntryKind.RECORDS,
              body.limit(),
              admittedRecords,
              core.nextIndex(),
              core.term(),
              firstOffset,
              timestamp,
              logTime);
      append(LogEntry.seal(header, body));
    }
  }
}
