package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.WantedControl;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.message.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the leader lets into the log, {@link AdmissionBatch} by batch, and what it answers. It
 * exists while this replica leads one term. Owned by the loop thread.
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

    static Answer whole(List<Verdict> verdicts) {
      return new Answer(true, true, verdicts);
    }

    static Answer withMoreToCome(List<Verdict> verdicts) {
      return new Answer(true, false, verdicts);
    }
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
    return decide(draft, origin, new ArrayList<>(), false);
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
    List<Verdict> verdicts = new ArrayList<>(waiting.verdicts());
    Answer answer = decide(waiting.draft(), waiting.origin(), verdicts, true);
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

  /** Takes in what is next; only for good is something refused, and otherwise parked for that. */
  private Answer decide(ByteBuffer draft, Origin origin, List<Verdict> verdicts, boolean forGood) {
    if (!core.hasCapacity()) {
      return Answer.SEND_AGAIN;
    }
    AdmissionBatch batch =
        new AdmissionBatch(core, tail, tables, committed, draft, origin, verdicts, forGood);
    LogEntry entry = batch.take();
    if (entry != null) {
      append(entry);
    }
    if (entry == null && batch.needsTime()) {
      // An entry without records, so that the committed tables forget whom these have forgotten.
      append(new WantedControl(null));
    }
    if (batch.originLags()) {
      return Answer.SEND_AGAIN;
    }
    EntryDraft toPark = batch.toPark();
    if (toPark == null) {
      return Answer.whole(verdicts);
    }
    // Nothing is lost without room: the origin sends all again, and what was appended is there.
    return park(toPark, origin, verdicts, batch.isTooEarly())
        ? Answer.withMoreToCome(verdicts)
        : Answer.SEND_AGAIN;
  }

  private boolean park(
      EntryDraft refused, Origin origin, List<Verdict> verdicts, boolean untilCommitted) {
    // One always has room: it may come from a node whose own limits are larger.
    if (parkedBytes > 0 && parkedBytes + refused.length() > maxParkedBytes) {
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
}
