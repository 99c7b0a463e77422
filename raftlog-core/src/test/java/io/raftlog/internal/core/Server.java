package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Disk.Entry;
import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.core.Effects.ReadGrant;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a node: a core, its disk, and what the shell does for the core. A node whose
 * disk was wiped goes on as another server.
 */
final class Server {
  private final CoreCluster cluster;
  private final Member member;
  private final CoreConfig config;
  private final Disk disk = new Disk();
  private final SeededRandom random;
  private final List<Notice> notices = new ArrayList<>();
  private final List<ReadGrant> reads = new ArrayList<>();

  /** By read, how much was committed when it was asked. */
  private final Map<Long, Long> pendingReads = new HashMap<>();

  /** Every server has a clock of its own, which says nothing about another's. */
  private long clockOffset;

  private @Nullable RaftCore core;
  private List<Entry> log = new ArrayList<>();
  private long commitIndex;
  private long leaderTerm;
  private boolean dirty;
  private long flushDueNanos;
  private long nextReadId;
  private boolean timerHeld;

  Server(CoreCluster cluster, CoreConfig config, SeededRandom random, long clockOffset) {
    this.cluster = cluster;
    this.config = config;
    this.member = new Member(config.self(), config.incarnation());
    this.random = random;
    this.clockOffset = clockOffset;
  }

  // ---- its life

  void start() {
    Recovered recovered = disk.recover();
    log = new ArrayList<>(disk.log());
    commitIndex = recovered.commitIndex();
    cluster.trace().started(this, recovered);
    core = new RaftCore(config, recovered, random, now());
    for (Entry entry : log) {
      cluster.checks().onAppend(this, entry);
    }
    flush();
  }

  void crash(int survivingWrites) {
    cluster.trace().crashed(this);
    core = null;
    dirty = false;
    pendingReads.clear();
    disk.crash(survivingWrites);
  }

  // ---- what is due, on the cluster's clock

  long wakeNanos() {
    boolean isTimer = !(core().role() instanceof Leader);
    if (isTimer && timerHeld) {
      return Long.MAX_VALUE;
    }
    return Math.max(cluster.nanos(), core().nextDeadlineNanos() - clockOffset);
  }

  long flushDueNanos() {
    return dirty ? flushDueNanos : Long.MAX_VALUE;
  }

  /** Elections begin only when the test says so; a leader's timer goes on. */
  void holdTimer() {
    timerHeld = true;
  }

  void freeTimer() {
    timerHeld = false;
  }

  // ---- inputs

  void receive(Envelope envelope) {
    core().receive(envelope, now());
    if (envelope.message() instanceof AppendRequest request) {
      adopt(request.entries());
    }
    changed();
  }

  /** Keeps the entries that the core has taken. */
  private void adopt(List<Extent> entries) {
    for (Extent extent : entries) {
      int at = (int) extent.index();
      if (at <= log.size() && log.get(at - 1).extent().term() == extent.term()) {
        continue;
      }
      if (core().termAt(at) != extent.term()) {
        break;
      }
      while (log.size() >= at) {
        cluster.checks().onTruncate(this, log.remove(log.size() - 1), core().term());
      }
      add(extent);
    }
    if (log.size() != core().nextIndex() - 1) {
      throw new AssertionError(member + ": the core has " + (core().nextIndex() - 1) + " entries");
    }
  }

  private void add(Extent extent) {
    Entry entry = Entry.after(log.isEmpty() ? null : log.get(log.size() - 1), extent);
    cluster.checks().onAppend(this, entry);
    log.add(entry);
  }

  void tick() {
    core().tick(now());
    changed();
  }

  /** Lets the server's clock jump to its next deadline. */
  void expireTimer() {
    clockOffset += Math.max(0, core().nextDeadlineNanos() - now());
    tick();
  }

  void jumpClock(long nanos) {
    clockOffset += nanos;
  }

  void completeWrites() {
    persisted(disk.complete(cluster.nanos()));
  }

  /** Makes the oldest pending write durable, although it may not be due. */
  void completeOneWrite() {
    persisted(disk.completeOne());
  }

  private void persisted(long writeId) {
    cluster.trace().durable(this, writeId);
    core().persisted(writeId, now());
    changed();
  }

  /** Proposes an entry with records of so many bytes; its index, or why not. */
  long append(int bytes) {
    proposeControls();
    Extent extent = new Extent(core().nextIndex(), core().term(), bytes, null);
    long index = core().propose(extent);
    if (index > 0) {
      add(extent);
    }
    changed();
    return index;
  }

  /** Asks for a linearizable read; its id. */
  long read() {
    long readId = ++nextReadId;
    pendingReads.put(readId, cluster.checks().committedIndex());
    core().requestRead(readId);
    changed();
    return readId;
  }

  /** Anything else that the core can be told. */
  void tell(Consumer<RaftCore> what) {
    what.accept(core());
    changed();
  }

  void transferLeadership() {
    tell(c -> c.transferLeadership(now()));
  }

  void disconnected(NodeId peer) {
    tell(c -> c.disconnected(peer, now()));
  }

  // ---- effects

  /** A shell may carry out effects after each input or after several. */
  private void changed() {
    observe();
    long lag = cluster.nextFlushLagNanos();
    if (lag == 0) {
      flush();
    } else if (!dirty) {
      dirty = true;
      flushDueNanos = cluster.nanos() + lag;
    }
  }

  private void observe() {
    RaftCore core = core();
    if (core.role() instanceof Leader && leaderTerm != core.term()) {
      leaderTerm = core.term();
      cluster.checks().onLeader(this, leaderTerm);
    }
    if (core.commitIndex() != commitIndex) {
      cluster.checks().onCommit(this, commitIndex, core.commitIndex());
      commitIndex = core.commitIndex();
      cluster.trace().committed(this, commitIndex);
    }
  }

  void flush() {
    dirty = false;
    proposeControls();
    core().tailStartsAt(Math.max(1, log.size() - cluster.tailEntries() + 1));
    Effects effects = core().takeEffects(now());
    if (effects.roleChange() != null) {
      cluster.trace().role(this, effects.roleChange());
    }
    for (Send send : effects.sends()) {
      Envelope envelope = withEntries(send);
      cluster.checks().onSend(this, envelope);
      cluster.send(this, envelope);
    }
    if (effects.write() != null) {
      submit(effects.write(), effects.commitIndex());
    }
    effects.reads().forEach(this::onRead);
    for (Notice notice : effects.notices()) {
      notices.add(notice);
      cluster.trace().noticed(this, notice);
    }
  }

  private void proposeControls() {
    Optional<WantedControl> wanted = core().wantedControl();
    while (wanted.isPresent()) {
      Membership membership = wanted.get().membership();
      if (membership != null) {
        cluster.checks().onMembershipProposed(this, core().term());
      }
      int body = membership == null ? 0 : membership.encodedBytes();
      Extent extent =
          new Extent(
              core().nextIndex(), core().term(), EntryLayout.HEADER_BYTES + body, membership);
      if (core().propose(extent) != extent.index()) {
        throw new AssertionError(member + ": a control entry was refused");
      }
      add(extent);
      wanted = core().wantedControl();
    }
  }

  private void submit(Effects.Write write, long commit) {
    List<Entry> entries =
        write.toIndex() < write.fromIndex()
            ? List.of()
            : log.subList((int) write.fromIndex() - 1, (int) write.toIndex());
    cluster.trace().wrote(this, write);
    disk.submit(write, entries, commit, cluster.nanos() + cluster.nextDiskNanos(id()));
  }

  /** Attaches entries as the shell does: all, or as many as fit but one at least. */
  private Envelope withEntries(Send send) {
    if (!(send.envelope().message() instanceof AppendRequest request)) {
      return send.envelope();
    }
    List<Extent> entries = new ArrayList<>();
    long bytes = 0;
    for (long i = send.entries().fromIndex(); i <= send.entries().toIndex(); i++) {
      Extent extent = log.get((int) i - 1).extent();
      bytes += extent.bytes();
      boolean fits = entries.isEmpty() || bytes <= config.maxAppendBytes();
      if (!fits && send.entries().maxBytes() > 0) {
        break;
      }
      if (!fits) {
        throw new AssertionError(member + ": too many bytes in one request: " + bytes);
      }
      entries.add(extent);
    }
    if (request.prevTerm() != core().termAt(request.prevIndex())
        || (send.entries().exist() && send.entries().fromIndex() != request.prevIndex() + 1)) {
      throw new AssertionError(member + ": a request that does not fit its entries: " + send);
    }
    AppendRequest full =
        new AppendRequest(
            request.term(),
            request.requestId(),
            request.prevIndex(),
            request.prevTerm(),
            request.commitIndex(),
            List.copyOf(entries));
    Envelope e = send.envelope();
    return new Envelope(
        e.from(), e.to(), e.formation(), e.fromIncarnation(), e.toIncarnation(), full);
  }

  private void onRead(ReadGrant grant) {
    Long asked = pendingReads.remove(grant.readId());
    if (asked == null) {
      throw new AssertionError(member + ": a read was answered twice: " + grant);
    }
    reads.add(grant);
    cluster.trace().read(this, grant);
    if (grant.readIndex() >= 0) {
      cluster.checks().onReadGranted(this, asked, grant.readIndex());
    }
  }

  // ---- what can be seen

  RaftCore core() {
    RaftCore running = core;
    if (running == null) {
      throw new AssertionError(member + " is down");
    }
    return running;
  }

  boolean isUp() {
    return core != null;
  }

  boolean leads() {
    return core != null && core.role().kind() == Role.Kind.LEADER;
  }

  long now() {
    return cluster.nanos() + clockOffset;
  }

  Member member() {
    return member;
  }

  NodeId id() {
    return member.node();
  }

  Disk disk() {
    return disk;
  }

  List<Entry> log() {
    return log;
  }

  boolean holds(long index, long hash) {
    return index <= log.size() && log.get((int) index - 1).hash() == hash;
  }

  long commitIndex() {
    return commitIndex;
  }

  List<Notice> notices() {
    return notices;
  }

  /** Answered reads since the beginning. */
  List<ReadGrant> reads() {
    return reads;
  }

  int pendingReads() {
    return pendingReads.size();
  }

  /** The terms of the log's entries, as in the paper's figures: {@code 1 1 2}. */
  String terms() {
    StringBuilder terms = new StringBuilder();
    for (Entry entry : log) {
      terms.append(terms.isEmpty() ? "" : " ").append(entry.extent().term());
    }
    return terms.toString();
  }

  @Override
  public String toString() {
    return member.node() + (core == null ? " down" : " " + core.role().kind());
  }
}
