package io.raftlog.internal.replica;

import io.raftlog.LogStatus;
import io.raftlog.NodeId;
import io.raftlog.RaftLogException;
import io.raftlog.internal.core.Effects;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.position.PositionTable;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.spi.StorageListener;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One log's replica: feeds the algorithm, and carries out what it says. {@link #doWork} is called
 * by one thread at a time, the loop thread, which owns everything here; what other threads may call
 * says so.
 *
 * <p>It is deterministic as soon as its ports are: time is an argument, and whatever other threads
 * bring waits in the inbox until the loop comes round.
 */
public final class Replica {
  private final ReplicaConfig config;
  private final ReplicaPorts ports;
  private final ReplicaLog log;
  private final Leadership leadership;
  private final MessageIntake messages;
  private final RaftCore core;
  private final Inbox inbox;
  private final Journal journal;
  private final EntryTail tail;
  private final LogApplier applier;
  private final AppendAccumulator accumulator;
  private final LogFailures failures;
  private final PendingAppends pending;
  private final AppendDispatcher dispatcher;
  private final ForwardedAppends forwarded;
  private final ReadRounds readRounds;
  private final Reading reading;
  private final Replicator replicator;
  private final Completions completions;

  private long checkpointedBytes;
  private State state = State.RUNNING;

  /** Why this replica has stopped, and whether everybody who waits has been told. */
  private @Nullable Throwable failure;

  private boolean isFailureTold;

  /** The event that is being handled. */
  private Inbox.@Nullable Event inHand;

  private long closeDeadlineNanos;
  private boolean handingOver;
  private final StatusBoard status;

  /** What the loop does with this replica. */
  private enum State {
    RUNNING,
    /** Hands leadership over, then closes. */
    CLOSING,
    CLOSED
  }

  /**
   * Recovers a replica from its storage. Blocks while it reads what is after the last checkpoint.
   *
   * @param config its settings
   * @param codec encodes its messages
   * @param ports what it reaches of the world
   * @param journal listens to the storage, which was opened with it
   * @throws io.raftlog.NodeStartException when what is stored cannot be trusted
   */
  public Replica(
      ReplicaConfig config,
      WireCodec codec,
      ReplicaPorts ports,
      ReplicaJournal journal,
      long nowNanos) {
    this.config = config;
    this.ports = ports;
    this.journal = journal.journal;
    this.log = new ReplicaLog(config, nowNanos);
    Recovery recovery = Recovery.from(config, ports.storage());
    Checkpoint checkpoint = recovery.checkpoint();
    TailCache cache = new TailCache(config.cacheBytes(), checkpoint.appliedIndex() + 1);
    this.tail = new EntryTail(config, cache, ports.wallMillis(), checkpoint);
    this.inbox = new Inbox(ports.wakeUp());
    this.completions = new Completions(ports.callbacks());
    this.accumulator = new AppendAccumulator(config, ports.wakeUp());
    Tables tables = checkpoint.tables();
    this.failures = new LogFailures(config.logId(), config.core().members());
    this.pending = new PendingAppends(failures, tables, accumulator, completions);
    this.applier = new LogApplier(tail, checkpoint);
    this.core = recovery.resume(config, tail, applier, pending, ports.random(), nowNanos);
    this.replicator = new Replicator(config, codec, ports, inbox);
    Outbound outbound = (to, message, body) -> replicator.post(core, to, message, body);
    this.dispatcher = new AppendDispatcher(config, core, accumulator, pending, outbound);
    this.forwarded = new ForwardedAppends(outbound);
    ReadIds readIds = new ReadIds();
    this.leadership = new Leadership(core, tail, applier, readIds, config.maxInFlightBytes());
    this.readRounds = new ReadRounds(config, core, readIds, completions, outbound);
    this.reading = new Reading(config, ports, applier, cache, inbox, readRounds, completions);
    this.messages =
        new MessageIntake(core, tail, pending, leadership, forwarded, dispatcher, readRounds);
    this.status = new StatusBoard(core, applier);
    evict(); // before the next log is recovered: what is replayed would add up
    log.recovered(recovery, applier.view().endOffset());
  }

  /** What a storage is opened with: it will listen for the replica that is made next. */
  public static final class ReplicaJournal {
    private final Journal journal;

    /** Makes one; wakeUp makes the loop come round soon. */
    public ReplicaJournal(Runnable wakeUp) {
      journal = new Journal(wakeUp);
    }

    /** The listener to open the storage with. */
    public StorageListener listener() {
      return journal;
    }
  }

  // ---- what any thread may call

  /** Where appends and control runs go; any thread. */
  public AppendAccumulator appends() {
    return accumulator;
  }

  /** Reads; any thread. See {@link io.raftlog.RaftLog#read}. */
  public LogReader reader() {
    return reading.reader();
  }

  /** How far the durable subscriptions have come, as far as this replica knows; any thread. */
  public PositionTable positions() {
    return applier.tables().positions();
  }

  /** How this replica is doing; any thread. */
  public LogStatus status() {
    return status.current();
  }

  /**
   * Takes in a message; any thread.
   *
   * @throws io.raftlog.internal.entry.MalformedEntryException when the body is malformed
   */
  public void receive(Envelope envelope, List<ByteBuffer> body) {
    inbox.receive(envelope, body);
  }

  /** The connection to a peer was lost; any thread. */
  public void disconnected(NodeId peer) {
    inbox.disconnected(peer);
  }

  /** Begins to close: leadership is handed over first. Any thread; {@link #isClosed} tells when. */
  public void beginClose() {
    inbox.add(new Inbox.CloseAsked());
  }

  /** Whether nothing more will happen here. Loop thread. */
  public boolean isClosed() {
    return state == State.CLOSED || isFailureTold;
  }

  // ---- the loop

  /**
   * Does everything that is to be done now. Never blocks: what goes wrong stops this replica and is
   * told to everybody who waits. Throws only if there is no memory even for that; then it has to be
   * called again in a while, until it {@link #isClosed}.
   */
  public void doWork(long nowNanos) {
    try {
      if (isClosed()) {
        refuseInbox();
      } else if (failure != null) {
        fail(failure);
      } else {
        work(nowNanos);
      }
    } catch (Throwable e) {
      if (failure != null) {
        throw e;
      }
      fail(e);
    }
    completions.flush();
  }

  private void work(long nowNanos) {
    Throwable ofJournal = journal.failure();
    if (ofJournal != null) {
      fail(ofJournal);
      return;
    }
    tail.setNow(nowNanos);
    long durable = journal.takeDurable();
    if (durable > 0) {
      core.persisted(durable, nowNanos);
    }
    inbox.beginRound();
    for (inHand = inbox.pollInRound(); inHand != null; inHand = inbox.pollInRound()) {
      handle(inHand, nowNanos);
      if (failure != null) {
        return;
      }
    }
    core.tick(nowNanos);
    applier.applyTo(core.commitIndex(), pending);
    Admission admission = leadership.refresh(pending);
    pending.expire(nowNanos);
    dispatcher.dispatch(admission, journal.isBusy(), nowNanos);
    reading.ask(nowNanos);
    core.wantCommit(!pending.isEmpty() || !reading.isEmpty());
    perform(core.takeEffects(nowNanos), nowNanos);
    reading.settle();
    evict();
    checkpointIfDue();
    if (state == State.CLOSING && mayClose(nowNanos)) {
      close();
    }
  }

  private void evict() {
    tail.cache().evict(Math.min(applier.appliedIndex(), core.durableIndex()));
    core.tailStartsAt(tail.cache().fromIndex());
  }

  private void handle(Inbox.Event event, long nowNanos) {
    switch (event.kind()) {
      case RECEIVED -> messages.receive((Inbox.Received) event, nowNanos);
      case CATCH_UP_READ -> replicator.sendCatchUp(((Inbox.CatchUpRead) event).catchUp(), core);
      case READ_ASKED -> reading.add(((Inbox.ReadAsked) event).read());
      case READ_ABANDONED -> reading.abandon(((Inbox.ReadAbandoned) event).read());
      case DISCONNECTED -> core.disconnected(((Inbox.Disconnected) event).peer(), nowNanos);
      case FAILED -> fail(((Inbox.Failed) event).cause());
      case CLOSE_ASKED -> beginClose(nowNanos);
    }
  }

  private void perform(Effects effects, long nowNanos) {
    // The followers' way is longer than that to this node's own disk, so theirs begins first; what
    // must not be said before it is durable here, the core holds back.
    replicator.perform(effects.sends(), tail);
    Effects.Write write = effects.write();
    if (write != null) {
      journal.write(ports.storage(), write, effects.commitIndex(), tail);
    }
    applier.applyTo(effects.commitIndex(), pending);
    for (Effects.ReadGrant grant : effects.reads()) {
      onGrant(grant, nowNanos);
    }
    for (Effects.Notice notice : effects.notices()) {
      log.notice(notice);
    }
    Effects.RoleChange change = effects.roleChange();
    if (change != null) {
      log.roleChanged(change, core.standing(), nowNanos);
    }
    log.tellWithheld(core.standing(), nowNanos);
    status.refresh();
  }

  private void onGrant(Effects.ReadGrant grant, long nowNanos) {
    Admission current = leadership.current();
    Admission.Confirmed confirmed =
        current == null || grant.readIndex() < 0 ? null : current.confirmed(grant.readId());
    if (confirmed == null) {
      readRounds.onGrant(grant);
      return;
    }
    ports.wakeUp().run(); // what was appended now goes out when the loop comes round again
    if (confirmed.origin().node().equals(config.core().self())) {
      dispatcher.onConfirmed(confirmed, nowNanos);
    } else if (confirmed.answer().complete()) {
      forwarded.respond(confirmed.origin(), confirmed.answer(), core.term());
    }
  }

  private void checkpointIfDue() {
    boolean due = applier.appliedBytes() - checkpointedBytes >= config.checkpointBytes();
    if (due && !journal.isCheckpointing()) {
      checkpoint();
    }
  }

  private void checkpoint() {
    checkpointedBytes = applier.appliedBytes();
    journal.writeCheckpoint(
        ports.storage(),
        applier.checkpoint(),
        new HardStateCodec.Stored(core.hardState(), core.commitIndex()));
  }

  private void beginClose(long nowNanos) {
    if (state == State.RUNNING) {
      state = State.CLOSING;
      closeDeadlineNanos = nowNanos + 2 * config.core().electionTimeoutNanos();
      accumulator.close(failures.closed());
    }
  }

  /** First what is in flight gets its outcome, then another leader takes over; both for a while. */
  private boolean mayClose(long nowNanos) {
    if (nowNanos - closeDeadlineNanos >= 0) {
      return true;
    }
    if (!pending.isEmpty() || accumulator.waitingBytes() > 0) {
      return false;
    }
    if (core.role().kind() == Role.Kind.LEADER) {
      if (!handingOver) {
        handingOver = true;
        core.transferLeadership(nowNanos);
      }
      return !core.isTransferring();
    }
    return !handingOver || core.role().leader() != null;
  }

  private void close() {
    if (applier.appliedBytes() > checkpointedBytes) {
      checkpoint();
    }
    RaftLogException closed = failures.closed();
    refuse(LogStatus.Role.CLOSED, closed, Optional.empty());
    pending.failClosed(closed);
    refuseInbox();
    state = State.CLOSED; // if there is no memory to come here, it fails instead
    log.closed();
  }

  /**
   * Stops for good. What was in flight may be in the log; the other nodes go on without this one.
   */
  private void fail(Throwable cause) {
    failure = cause; // first: if there is no memory to tell all of it, that is tried again
    RaftLogException refusal = failures.failed(RaftLogException.Fate.NOT_APPENDED, cause);
    refuse(LogStatus.Role.FAILED, refusal, Optional.of(LogFailures.reason(cause)));
    pending.failAll(
        append ->
            append.attempts == 0 ? refusal : failures.failed(RaftLogException.Fate.UNKNOWN, cause));
    refuseInbox();
    isFailureTold = true;
    log.failed(cause);
  }

  /** First new calls are refused, then the status says so, and then those that wait are told. */
  private void refuse(LogStatus.Role role, RaftLogException refusal, Optional<String> why) {
    accumulator.close(refusal);
    reading.close(refusal);
    status.stopped(role, why);
  }

  /** Nobody may wait for an answer that will not come. */
  private void refuseInbox() {
    inHand = inHand == null ? inbox.poll() : inHand;
    while (inHand != null) {
      reading.refuse(inHand);
      inHand = inbox.poll();
    }
    completions.flush();
  }

  /**
   * When {@link #doWork} has something to do although nothing happens.
   *
   * @return steady clock
   */
  public long nextDeadlineNanos(long nowNanos) {
    if (isClosed()) {
      return nowNanos + config.core().electionTimeoutNanos();
    }
    long next = core.nextDeadlineNanos();
    long dispatch = dispatcher.nextDeadlineNanos(nowNanos);
    next = dispatch - next < 0 ? dispatch : next;
    next = state == State.CLOSING && closeDeadlineNanos - next < 0 ? closeDeadlineNanos : next;
    return reading.nextDeadlineNanos(next);
  }
}
