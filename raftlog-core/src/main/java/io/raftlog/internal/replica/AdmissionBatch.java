package io.raftlog.internal.replica;

import io.raftlog.internal.core.RaftCore;
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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way into an entry: each append is checked against the leader's tables, and taken
 * in or left out. Used once, by {@link Admission}. Owned by the loop thread.
 */
final class AdmissionBatch {
  private final RaftCore core;
  private final Tables tables;
  private final Tables committed;
  private final Admission.Origin origin;
  private final boolean mayRefuse;
  private final List<Verdict> verdicts;
  private final ByteBuffer draft;

  private final long firstOffset;
  private final long timestamp;
  private final long logTime;

  /** What is taken in, once something had to be left out. */
  private @Nullable EntryDraft rest;

  private @Nullable EntryDraft toPark;
  private boolean needsTime;
  private boolean tooEarly;
  private boolean originLags;

  private int takenRecords;
  private boolean tookAny;

  /** Up to where everything in the draft was taken in. */
  private int takenTo = EntryLayout.HEADER_BYTES;

  /**
   * Begins.
   *
   * @param tables the committed tables and all of this leader's entries; this adds what it takes in
   * @param committed the committed tables
   * @param draft an entry whose header is empty
   * @param origin who sent it
   * @param verdicts what is not simply taken in is added here
   * @param mayRefuse whether this replica led when the draft was looked at before; else what must
   *     be refused is to be parked
   */
  AdmissionBatch(
      RaftCore core,
      EntryTail tail,
      Tables tables,
      Tables committed,
      ByteBuffer draft,
      Admission.Origin origin,
      List<Verdict> verdicts,
      boolean mayRefuse) {
    this.core = core;
    this.tables = tables;
    this.committed = committed;
    this.draft = draft;
    this.origin = origin;
    this.verdicts = verdicts;
    this.mayRefuse = mayRefuse;
    this.firstOffset = tail.endOffset();
    this.timestamp = tail.nextTimestamp();
    this.logTime = tail.nextLogTime();
  }

  /**
   * Checks everything in the draft.
   *
   * @return the entry with what is next, which the tables hold already; null if nothing is. The
   *     draft's own bytes become the entry if all of it is next
   */
  @Nullable LogEntry take() {
    tables.producers().advanceTo(logTime, core.nextIndex());
    for (RunCursor run = new RunCursor(draft); run.nextRun(); ) {
      if (run.isControl()) {
        takeControl(run);
      } else {
        takeRecords(run);
      }
    }
    return tookAny ? entry() : null;
  }

  /** What must be refused, but not before a quorum has confirmed this leader; null if nothing. */
  @Nullable EntryDraft toPark() {
    return toPark;
  }

  /** Whether something was parked whose producer the committed tables still know. */
  boolean isTooEarly() {
    return tooEarly;
  }

  /** Whether something may be in the log already, where its origin has not seen it yet. */
  boolean originLags() {
    return originLags;
  }

  /** Whether somebody is forgotten here because time has passed, which an entry has to say. */
  boolean needsTime() {
    return needsTime;
  }

  /**
   * What is not next is left out without a word: its origin sees what is there instead when that is
   * committed, and everybody whom that one fences.
   */
  private void takeControl(RunCursor run) {
    ControlRun control = run.control();
    if (tables.outcome(control) != null) {
      leaveOutFromHere();
    } else if (control instanceof ControlRun.Registration registration
        && wasForgottenSinceSent(registration.producer())) {
      mustComeAgain();
      leaveOutFromHere();
    } else {
      tables.apply(control, core.nextIndex());
      tookAny = true;
      keep(run);
    }
  }

  private void takeRecords(RunCursor run) {
    ProducerId producer = run.producer();
    long sequence = run.firstSequence();
    int[] crcs = run.crcs();
    Check check = tables.producers().check(producer, run.registration(), sequence, crcs);
    if (check.kind() == Check.Kind.NEXT && !mayBeAgain(run)) {
      add(producer, sequence, crcs);
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
      takeAppend(run, sequence + done, Arrays.copyOfRange(crcs, done, done + count), at, end);
      done += count;
      at = end;
    }
  }

  /** One append of a run that is not taken in as a whole: the records from a place to another. */
  private void takeAppend(RunCursor run, long sequence, int[] crcs, int from, int to) {
    ProducerId producer = run.producer();
    Check check = tables.producers().check(producer, run.registration(), sequence, crcs);
    int count = crcs.length;
    switch (check.kind()) {
      case NEXT -> {
        if (mayBeAgain(run)) {
          mustComeAgain();
        } else {
          add(producer, sequence, crcs);
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
        if (early) {
          tooEarly = true;
          needsTime |= forgetsByTimeAlone();
        }
        if (mayRefuse && !early) {
          verdicts.add(refusal(check.kind(), producer, sequence, count));
        } else {
          toPark = toPark == null ? new EntryDraft(0) : toPark;
          toPark.appendPart(run, draft, from, to, sequence, count);
        }
      }
    }
  }

  private void add(ProducerId producer, long sequence, int[] crcs) {
    tables.producers().apply(producer, sequence, crcs, firstOffset + takenRecords, timestamp);
    takenRecords += crcs.length;
    tookAny = true;
  }

  private void keep(RunCursor run) {
    if (rest == null) {
      takenTo = run.runEnd();
    } else {
      copy(run, rest);
    }
  }

  private void copy(RunCursor run, EntryDraft to) {
    to.appendPart(run, draft, run.recordsFrom(), run.runEnd(), run.firstSequence(), run.count());
  }

  /** Copies what was taken in so far, since the draft as a whole cannot become the entry. */
  private void leaveOutFromHere() {
    if (rest != null) {
      return;
    }
    rest = new EntryDraft(draft.remaining());
    for (RunCursor run = new RunCursor(draft.duplicate().limit(takenTo)); run.nextRun(); ) {
      copy(run, rest);
    }
  }

  /**
   * Whether an append that is next may be in the log already, from an earlier life of its producer,
   * where whoever sends it has not seen it yet. A registration tells the lives apart.
   */
  private boolean mayBeAgain(RunCursor run) {
    return run.registration() == 0 && wasForgottenSinceSent(run.producer());
  }

  /** Whether a producer may have been forgotten, where whoever sends this has not come yet. */
  private boolean wasForgottenSinceSent(ProducerId producer) {
    return tables.producers().mayHaveForgottenSince(producer, origin.appliedIndex());
  }

  /** The origin sends it again when it has come so far, unless it finds it there. */
  private void mustComeAgain() {
    originLags = true;
    needsTime |= forgetsByTimeAlone();
  }

  /**
   * Whether somebody was forgotten because time has passed, with the entry that would be the next
   * one. It must be made then, or nobody would ever come so far.
   */
  private boolean forgetsByTimeAlone() {
    return tables.producers().hasForgottenFrom(core.nextIndex());
  }

  /**
   * What is expected is told from the committed table: callers take everything before it for
   * proven. The story: (1) 0 to 3 are in this leader's log, not committed, since the disk hangs;
   * (2) 5 is refused, and 4 expected; (3) the caller, told to resend from 4, drops 0 to 3; (4) the
   * disk fails, and they are lost. Resending what is about to be committed does no harm.
   */
  private Verdict refusal(Check.Kind kind, ProducerId producer, long sequence, int count) {
    long commitIndex = core.commitIndex();
    if (kind != Check.Kind.GAP) {
      return Verdict.unknownProducer(producer, sequence, count, commitIndex);
    }
    long expected = committed.producers().lastSequence(producer) + 1;
    return Verdict.gap(producer, sequence, count, expected, commitIndex);
  }

  private LogEntry entry() {
    ByteBuffer body = rest == null ? draft : rest.finish();
    EntryHeader header =
        new EntryHeader(
            EntryKind.RECORDS,
            body.limit(),
            takenRecords,
            core.nextIndex(),
            core.term(),
            firstOffset,
            timestamp,
            logTime);
    return LogEntry.seal(header, body);
  }
}
