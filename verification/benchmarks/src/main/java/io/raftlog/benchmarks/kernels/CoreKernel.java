package io.raftlog.benchmarks.kernels;

import io.raftlog.LogOptions;
import io.raftlog.NodeId;
import io.raftlog.internal.core.CoreConfig;
import io.raftlog.internal.core.Effects;
import io.raftlog.internal.core.EntryLog;
import io.raftlog.internal.core.HardState;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Recovered;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.core.Send;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.VoteResponse;
import io.raftlog.spi.StoredState.TermStart;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * One entry at a leader of three nodes, from its proposal until it is committed: propose, take the
 * effects, persisted, the answers of both followers, take the effects. There is one entry at a
 * time; nothing is encoded, written or sent. Used by one thread; not final, since JMH derives a
 * class.
 */
@State(Scope.Thread)
public class CoreKernel {
  private static final UUID FORMATION = new UUID(1, 1);
  private static final List<Member> MEMBERS =
      List.of(
          new Member(new NodeId("n1"), new UUID(1, 1)),
          new Member(new NodeId("n2"), new UUID(1, 2)),
          new Member(new NodeId("n3"), new UUID(1, 3)));
  private static final LogSettings SETTINGS =
      new LogSettings(
          LogOptions.DEFAULT_MAX_PRODUCERS, LogOptions.DEFAULT_PRODUCER_EXPIRY.toNanos());
  private static final int ENTRY_BYTES = 1024;

  /** So many entries stay in memory behind what is committed. */
  private static final int TAIL_ENTRIES = 1024;

  private static final long STEP_NANOS = 1_000;

  private final RaftCore core;
  private long nowNanos;

  /** A leader whose no-op is committed. */
  public CoreKernel() {
    core = newCore();
    nowNanos = core.nextDeadlineNanos();
    core.tick(nowNanos);
    core.takeEffects(nowNanos);
    long term = core.term() + 1;
    receive(MEMBERS.get(1), new PreVoteResponse(term - 1, term, true));
    carryOut();
    receive(MEMBERS.get(1), new VoteResponse(term, true));
    propose(EntryLayout.HEADER_BYTES);
    while (core.commitIndex() < core.nextIndex() - 1) {
      carryOut();
    }
    if (core.role().kind() != Role.Kind.LEADER || !core.hasCapacity()) {
      throw new IllegalStateException("it does not lead, but is a " + core.role().kind());
    }
  }

  private static RaftCore newCore() {
    CoreConfig config =
        new CoreConfig(
            MEMBERS.get(0).node(),
            MEMBERS.get(0).incarnation(),
            MEMBERS.stream().map(Member::node).toList(),
            LogOptions.DEFAULT_ELECTION_TIMEOUT.toNanos(),
            LogOptions.DEFAULT_HEARTBEAT_INTERVAL.toNanos(),
            1 << 20,
            16 << 20,
            256,
            64 << 20,
            SETTINGS);
    Membership membership = new Membership(MEMBERS, List.of(), SETTINGS);
    Recovered recovered =
        new Recovered(
            new HardState(1, null, FORMATION),
            1,
            1,
            List.of(new TermStart(1, 1)),
            List.of(new EntryLog.MembershipAt(1, membership)),
            1);
    return new RaftCore(config, recovered, new Random(1), 0);
  }

  /**
   * Brings one entry through.
   *
   * @return what is to be done in the end
   */
  @Benchmark
  public Effects step() {
    nowNanos += STEP_NANOS;
    propose(ENTRY_BYTES);
    carryOut();
    core.tailStartsAt(core.commitIndex() - TAIL_ENTRIES);
    return core.takeEffects(nowNanos);
  }

  private void propose(int bytes) {
    core.propose(new Extent(core.nextIndex(), core.term(), bytes, null));
  }

  /** Does at once what the core wants: its writes are durable, and the followers answer. */
  private void carryOut() {
    Effects effects = core.takeEffects(nowNanos);
    Effects.Write write = effects.write();
    if (write != null) {
      core.persisted(write.writeId(), nowNanos);
    }
    for (Send send : effects.sends()) {
      if (send.envelope().message() instanceof AppendRequest request) {
        answer(send, request);
      }
    }
  }

  private void answer(Send send, AppendRequest request) {
    Send.Entries entries = send.entries();
    long matchIndex = entries.exist() ? entries.toIndex() : request.prevIndex();
    receive(
        new Envelope(
            send.envelope().to(),
            send.envelope().from(),
            FORMATION,
            send.envelope().toIncarnation(),
            send.envelope().fromIncarnation(),
            new AppendResponse(
                request.term(), request.requestId(), true, matchIndex, 0, 0, 0, 0, false)));
  }

  private void receive(Member from, RaftMessage message) {
    Member self = MEMBERS.get(0);
    receive(
        new Envelope(
            from.node(), self.node(), FORMATION, from.incarnation(), self.incarnation(), message));
  }

  private void receive(Envelope envelope) {
    core.receive(envelope, nowNanos);
  }

  RaftCore core() {
    return core;
  }
}
