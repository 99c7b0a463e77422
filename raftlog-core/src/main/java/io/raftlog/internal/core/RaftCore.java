package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.core.Effects.ReadGrant;
import io.raftlog.internal.core.Effects.RoleChange;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The Raft algorithm of one replica: numbers in, {@link Effects} out. It does no I/O, knows no
 * clock and no thread, and never sees a payload byte. Owned by the loop thread.
 *
 * <p>Feed it with {@link #receive}, {@link #tick}, {@link #propose}, {@link #persisted} and {@link
 * #requestRead}; after each, or after several, carry out {@link #wantedControl} and then {@link
 * #takeEffects}. What each role does stands in {@link Elections}, {@link Following} and {@link
 * Leading}; here is what they share.
 */
public final class RaftCore {
  /** Answer of {@link #propose}: only the leader can append. */
  public static final long NOT_LEADER = -1;

  /** Answer of {@link #propose}: too much is uncommitted, or leadership is being handed over. */
  public static final long NO_CAPACITY = -2;

  final CoreConfig config;
  final EntryLog log;
  final PendingWrites writes;
  final Cluster cluster;
  final RandomGenerator random;
  private final Elections elections;
  private final Following following;

  private HardState hardState;
  private boolean hardStateChanged;

  /** The write that makes the hard state durable. */
  private long hardStateWriteId;

  private Role role = new Follower(null, 0);
  private long commitIndex;
  private long electionDeadlineNanos;

  private List<Send> sends = new ArrayList<>();
  private List<ReadGrant> reads = new ArrayList<>();
  private List<Notice> notices = new ArrayList<>();
  private final Set<Notice> noticed = new HashSet<>();
  private boolean roleChanged;

  /**
   * A replica that has just been started.
   *
   * @param config its settings
   * @param recovered what its storage held
   * @param random for election timeouts and the formation id
   */
  public RaftCore(CoreConfig config, Recovered recovered, RandomGenerator random, long nowNanos) {
    this.config = config;
    this.random = random;
    this.hardState = recovered.hardState();
    this.log = new EntryLog(recovered);
    this.writes = new PendingWrites(recovered.lastIndex());
    this.commitIndex = recovered.commitIndex();
    Invariants.check(
        commitIndex <= log.lastIndex(),
        "the log ends before what was committed",
        log.lastIndex(),
        commitIndex);
    Invariants.check(
        hardState.term() >= log.lastTerm(),
        "the stored term is older than the log",
        hardState.term(),
        log.lastTerm());
    this.cluster = new Cluster(this);
    this.elections = new Elections(this, nowNanos);
    this.following = new Following(this);
    boolean alone = cluster.peers().isEmpty();
    boolean eager = alone || !hardState.isFormed();
    electionDeadlineNanos =
        nowNanos + (alone ? 0 : eager ? randomUpTo(config.heartbeatNanos()) : randomTimeout());
  }

  // ---- what the shell calls

  /**
   * Appends an entry if this replica leads.
   *
   * @param extent the entry, whose index must be {@link #nextIndex} and whose term {@link #term}
   * @return its index, {@link #NOT_LEADER} or {@link #NO_CAPACITY}
   */
  public long propose(Extent extent) {
    if (!(role instanceof Leader leader)) {
      return NOT_LEADER;
    }
    boolean isFirst = leader.firstIndex == 0;
    if (!isFirst && extent.membership() == null && !hasCapacity()) {
      return NO_CAPACITY;
    }
    Invariants.check(
        extent.term() == term(), "an entry of another term was proposed", extent.term(), term());
    log.append(extent, commitIndex);
    if (isFirst) {
      leader.firstIndex = extent.index();
    }
    return extent.index();
  }

  /** Whether {@link #propose} would take records now. */
  public boolean hasCapacity() {
    return role instanceof Leader leader && leader.leading.hasCapacity();
  }

  /**
   * Takes in a message.
   *
   * @param envelope the message; an append request has its entries
   */
  public void receive(Envelope envelope, long nowNanos) {
    if (cluster.isForeign(envelope)) {
      notice(Notice.Kind.FOREIGN_FORMATION, envelope.from());
      return;
    }
    if (!cluster.admits(envelope)) {
      return;
    }
    RaftMessage message = envelope.message();
    switch (message.kind()) {
      case PRE_VOTE_REQUEST ->
          elections.onPreVoteRequest(envelope, (PreVoteRequest) message, nowNanos);
      case PRE_VOTE_RESPONSE ->
          elections.onPreVoteResponse(envelope, (PreVoteResponse) message, nowNanos);
      case VOTE_REQUEST -> elections.onVoteRequest(envelope, (VoteRequest) message, nowNanos);
      case VOTE_RESPONSE -> elections.onVoteResponse(envelope, (VoteResponse) message, nowNanos);
      case APPEND_REQUEST -> following.onAppendRequest(envelope, (AppendRequest) message, nowNanos);
      case APPEND_RESPONSE -> onAppendResponse(envelope, (AppendResponse) message, nowNanos);
      case TIMEOUT_NOW -> elections.onTimeoutNow(envelope, message.term(), nowNanos);
      case FORWARD_REQUEST, FORWARD_RESPONSE, READ_INDEX_REQUEST, READ_INDEX_RESPONSE ->
          throw new IllegalArgumentException("not for the core: " + message.kind());
    }
  }

  /** Does what time has made due. */
  public void tick(long nowNanos) {
    if (role instanceof Leader leader) {
      leader.leading.tick(nowNanos);
    } else if (nowNanos - electionDeadlineNanos >= 0) {
      elections.onElectionTimeout(nowNanos);
    }
  }

  /**
   * Every write up to this one is durable.
   *
   * @param writeId the last durable write
   */
  public void persisted(long writeId, long nowNanos) {
    for (Send send : writes.persisted(writeId)) {
      if (send.envelope().message().term() == term()) {
        sends.add(send);
      }
    }
    elections.onPersisted(nowNanos);
    following.onPersisted();
    if (role instanceof Leader leader) {
      leader.leading.advanceCommit();
    }
  }

  /**
   * Asks for a linearizable read; the answer comes in {@link Effects#reads}.
   *
   * @param readId the shell's number for it
   */
  public void requestRead(long readId) {
    if (role instanceof Leader leader) {
      leader.reads.add(readId);
    } else {
      reads.add(new ReadGrant(readId, -1));
    }
  }

  /**
   * Hands leadership over to the voter that is furthest (thesis §3.10); proposals are refused until
   * it is done or an election timeout has passed. Does nothing if this replica does not lead.
   */
  public void transferLeadership(long nowNanos) {
    if (role instanceof Leader leader) {
      leader.leading.startTransfer(nowNanos);
    }
  }

  /**
   * The connection to a peer was lost. If it leads, this follower asks soon whether the others have
   * lost it too; a leader that is well keeps its followers, since those refuse the pre-vote. The
   * others have lost it at the same moment, so they take turns, or they would split the vote.
   *
   * @param peer the peer
   */
  public void disconnected(NodeId peer, long nowNanos) {
    if (role.kind() == Role.Kind.FOLLOWER && peer.equals(role.leader())) {
      elections.forgetLeaderContact();
      long turn = 1 + cluster.peersBeforeSelf(peer);
      long soon =
          nowNanos + turn * config.heartbeatNanos() + randomUpTo(config.heartbeatNanos() / 2);
      electionDeadlineNanos = soon - electionDeadlineNanos < 0 ? soon : electionDeadlineNanos;
    }
  }

  /**
   * Tells from where on the shell has the log's entries in memory; only those are pipelined.
   *
   * @param index the first entry that is in memory
   */
  public void tailStartsAt(long index) {
    log.sizes().forgetBefore(index);
  }

  /**
   * Whether somebody on this node waits for entries to be committed: then a leader is asked to tell
   * at once instead of with the next heartbeat.
   *
   * @param wanted whether somebody waits
   */
  public void wantCommit(boolean wanted) {
    following.wantCommit(wanted);
  }

  /** A control entry that the leader has to propose next: its no-op, or a membership. */
  public Optional<WantedControl> wantedControl() {
    return role instanceof Leader leader ? leader.leading.wantedControl() : Optional.empty();
  }

  /**
   * What has to be done now. The shell must have proposed {@link #wantedControl} before.
   *
   * @return the effects since the last call
   */
  public Effects takeEffects(long nowNanos) {
    if (role instanceof Leader leader) {
      leader.leading.flush(nowNanos);
    }
    Effects.@Nullable Write write = null;
    if (hardStateChanged || log.hasChanges()) {
      EntryLog.LogChange change = log.takeChange();
      write =
          new Effects.Write(
              writes.add(log.lastIndex()),
              hardState,
              change.truncateFrom(),
              change.fromIndex(),
              change.toIndex());
      hardStateChanged = false;
    }
    RoleChange change =
        roleChanged ? new RoleChange(role.kind(), hardState.term(), role.leader()) : null;
    Effects effects = new Effects(sends, write, commitIndex, reads, change, notices);
    sends = new ArrayList<>();
    reads = new ArrayList<>();
    notices = new ArrayList<>();
    roleChanged = false;
    return effects;
  }

  /**
   * When {@link #tick} has something to do next.
   *
   * @return steady clock
   */
  public long nextDeadlineNanos() {
    return role instanceof Leader leader
        ? leader.leading.nextDeadlineNanos()
        : electionDeadlineNanos;
  }

  /** The index that the next entry will get. */
  public long nextIndex() {
    return log.lastIndex() + 1;
  }

  /** The current term. */
  public long term() {
    return hardState.term();
  }

  /** The last index that is known to be committed. */
  public long commitIndex() {
    return commitIndex;
  }

  /** The settings. */
  public CoreConfig config() {
    return config;
  }

  /** What this replica is at the moment. */
  public Role role() {
    return role;
  }

  /** Term, vote and formation, durable or about to be. */
  public HardState hardState() {
    return hardState;
  }

  /** The membership in force. */
  public @Nullable Membership membership() {
    return log.membership();
  }

  /** Whether this replica has a vote. */
  public Standing standing() {
    return cluster.standing();
  }

  /** Up to where the log is durable here. */
  public long durableIndex() {
    return writes.durableIndex();
  }

  /**
   * The term of an entry.
   *
   * @param index the entry's index
   * @return its term, 0 for index 0, -1 for an entry that is not there
   */
  public long termAt(long index) {
    return log.termAt(index);
  }

  /**
   * Whether a message of the shell's own may be looked at: the sender is a member and belongs to
   * this formation.
   *
   * @param envelope the message
   * @return whether it may be acted on
   */
  public boolean accepts(Envelope envelope) {
    return !cluster.isForeign(envelope) && cluster.admits(envelope);
  }

  /** Whether leadership is being handed over. */
  public boolean isTransferring() {
    return role instanceof Leader leader && leader.transferTarget != null;
  }

  /**
   * A message of the shell's own, addressed as the core's are.
   *
   * @param to the receiver
   * @param message what is said
   * @return the envelope
   */
  public Envelope envelope(NodeId to, RaftMessage message) {
    return cluster.envelope(to, message);
  }

  // ---- what the roles share

  private void onAppendResponse(Envelope envelope, AppendResponse response, long nowNanos) {
    if (response.term() > term()) {
      // Also of a node that neither votes nor belongs to a formation: it can only be brought up to
      // date in a term that is not behind its own, and gets there only by what it has heard.
      becomeFollower(response.term(), null, nowNanos);
    } else if (response.term() == term() && role instanceof Leader leader) {
      leader.leading.onAppendResponse(envelope, response, nowNanos);
    }
  }

  void becomeFollower(long newTerm, @Nullable NodeId leader, long nowNanos) {
    if (newTerm > term()) {
      setHardState(hardState.inTerm(newTerm));
    }
    if (role instanceof Leader leading) {
      leading.reads.fail(reads);
    }
    setRole(new Follower(leader, hardStateWriteId));
    resetElectionDeadline(nowNanos);
  }

  void becomeLeader(VoteTally tally, long nowNanos) {
    if (log.membership() == null) {
      setHardState(hardState.formedAs(new UUID(random.nextLong(), random.nextLong())));
    }
    setRole(new Leader(this, tally, nowNanos));
  }

  void heardFromLeader(long nowNanos) {
    elections.heardFromLeader(nowNanos);
  }

  void setRole(Role newRole) {
    role = newRole;
    roleChanged = true;
  }

  void setHardState(HardState newState) {
    if (!newState.equals(hardState)) {
      hardState = newState;
      hardStateChanged = true;
      hardStateWriteId = writes.nextWriteId();
    }
  }

  void advanceCommitTo(long index) {
    Invariants.check(
        index <= log.lastIndex(), "commit beyond the end of the log", index, log.lastIndex());
    commitIndex = Math.max(commitIndex, index);
  }

  /** The write that will have stored everything up to now. */
  long changesWriteId() {
    return hardStateChanged || log.hasChanges() ? writes.nextWriteId() : writes.lastWriteId();
  }

  /** Whether the term and the vote of now are durable. */
  boolean isHardStateDurable() {
    return writes.isDurable(hardStateWriteId);
  }

  /** Sends a message as soon as everything up to now is durable. */
  void sendWhenDurable(NodeId to, RaftMessage message) {
    sendWhenDurable(cluster.envelope(to, message));
  }

  private void sendWhenDurable(Envelope envelope) {
    Send send = Send.of(envelope);
    if (writes.isDurable(changesWriteId())) {
      sends.add(send);
    } else {
      writes.hold(changesWriteId(), send);
    }
  }

  /** Answers as soon as everything up to now is durable. */
  void replyWhenDurable(Envelope request, RaftMessage message) {
    sendWhenDurable(cluster.reply(request, message));
  }

  void sendNow(NodeId to, RaftMessage message) {
    sends.add(Send.of(cluster.envelope(to, message)));
  }

  void replyNow(Envelope request, RaftMessage message) {
    sends.add(Send.of(cluster.reply(request, message)));
  }

  void sendAppend(Member to, AppendRequest message, Send.Entries entries, boolean behindEntries) {
    sends.add(
        new Send(cluster.envelope(to.node(), to.incarnation(), message), entries, behindEntries));
  }

  /** Tells once: of a peer, or whoever the peer is, that this node itself has to wait. */
  void notice(Notice.Kind kind, NodeId peer) {
    boolean aboutSelf = kind == Notice.Kind.AWAITING_READMISSION;
    if (noticed.add(new Notice(kind, aboutSelf ? config.self() : peer))) {
      notices.add(new Notice(kind, peer));
    }
  }

  List<ReadGrant> readGrants() {
    return reads;
  }

  void resetElectionDeadline(long nowNanos) {
    electionDeadlineNanos = nowNanos + randomTimeout();
  }

  private long randomTimeout() {
    return config.electionTimeoutNanos() + randomUpTo(config.electionTimeoutNanos());
  }

  private long randomUpTo(long bound) {
    return random.nextLong(bound);
  }
}
