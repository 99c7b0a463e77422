package io.raftlog.benchmarks.contender;

import java.io.DataInput;
import java.io.DataOutput;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.NO_DUPES;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.raft.Options;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * One channel of jgroups-raft over TCP, with its own log in plain files, synced before it is
 * acknowledged. The stack is that of JGroups' {@code tcp.xml} with the protocols of {@code
 * raft.xml}. The TCP connections to a process that is killed break at once, which FD_SOCK2 sees;
 * what remains is that the suspicion is verified, and the vote.
 */
final class JGroupsReplica implements Replica {
  /** Snapshots would cut the log every megabyte by default; nobody else makes any. */
  private static final long NEVER_BYTES = Long.MAX_VALUE;

  private static final long CREDITS = 10_000_000;
  private static final int FRAGMENT_BYTES = 60_000;
  private static final long TUNED_VERIFY_MILLIS = 100;
  private static final long TUNED_VOTE_MILLIS = 100;
  private static final Options NO_RESULT = Options.create(true);

  private final int replica;
  private final AppliedNumbers applied;
  private final JChannel channel;
  private final RaftHandle handle;

  private JGroupsReplica(Seat seat, AppliedNumbers applied) throws Exception {
    this.replica = seat.replica();
    this.applied = applied;
    this.channel = channel(seat);
    this.handle = new RaftHandle(channel, new Counting());
  }

  static JGroupsReplica start(Seat seat, AppliedNumbers applied) throws Exception {
    JGroupsReplica replica = new JGroupsReplica(seat, applied);
    replica.channel.connect("benchmarks");
    return replica;
  }

  private static JChannel channel(Seat seat) throws Exception {
    List<InetSocketAddress> hosts =
        seat.ports().stream()
            .map(port -> new InetSocketAddress(Loopback.address(), port))
            .collect(Collectors.toList());
    TCP transport = new TCP();
    transport.setBindAddress(Loopback.address());
    transport.setBindPort(seat.ports().get(seat.replica()));
    transport.tcpNodelay(true);
    TCPPING discovery = new TCPPING();
    discovery.setInitialHosts(hosts);
    discovery.setPortRange(0);
    NAKACK2 multicast = new NAKACK2();
    multicast.useMcastXmit(false);
    UFC unicastCredits = new UFC();
    unicastCredits.setMaxCredits(CREDITS);
    MFC multicastCredits = new MFC();
    multicastCredits.setMaxCredits(CREDITS);
    FRAG4 fragments = new FRAG4();
    fragments.setFragSize(FRAGMENT_BYTES);
    VERIFY_SUSPECT2 verifySuspect = new VERIFY_SUSPECT2();
    ELECTION election = new ELECTION();
    if (seat.tuned()) {
      verifySuspect.setTimeout(TUNED_VERIFY_MILLIS);
      election.voteTimeout(TUNED_VOTE_MILLIS);
    }
    RAFT raft =
        new RAFT()
            .members(IntStream.range(0, seat.ports().size()).mapToObj(String::valueOf).toList())
            .raftId(String.valueOf(seat.replica()))
            .logDir(seat.directory().toString())
            .logUseFsync(true)
            .maxLogSize(NEVER_BYTES);
    return new JChannel(
            transport,
            discovery,
            new MERGE3(),
            new FD_SOCK2(),
            new FD_ALL3(),
            verifySuspect,
            multicast,
            new UNICAST3(),
            new STABLE(),
            new NO_DUPES(),
            new GMS().printLocalAddress(false),
            unicastCredits,
            multicastCredits,
            fragments,
            election,
            raft,
            new REDIRECT())
        .name(String.valueOf(seat.replica()));
  }

  @Override
  public Map<String, String> timing() {
    VERIFY_SUSPECT2 verifySuspect = channel.getProtocolStack().findProtocol(VERIFY_SUSPECT2.class);
    ELECTION election = channel.getProtocolStack().findProtocol(ELECTION.class);
    return Map.of(
        "VERIFY_SUSPECT2.timeout", verifySuspect.getTimeout() + " ms",
        "ELECTION.vote_timeout", election.voteTimeout() + " ms");
  }

  @Override
  public boolean leads() {
    return handle.isLeader();
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    applied.expect(payload);
    try {
      return handle.setAsync(payload, 0, payload.length, NO_RESULT);
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public long records() {
    return applied.of(replica).count();
  }

  @Override
  public SeenNumbers seen(Payloads payloads) {
    return applied.of(replica);
  }

  @Override
  public void close() {
    channel.close();
  }

  /** Keeps nothing but which records there were. */
  private final class Counting implements StateMachine {
    @Override
    public byte @Nullable [] apply(byte[] data, int offset, int length, boolean serializeResponse) {
      applied.add(replica, ByteBuffer.wrap(data, offset, length));
      return null;
    }

    @Override
    public void readContentFrom(DataInput in) {
      throw new UnsupportedOperationException("no replica lags so far behind that it needs this");
    }

    @Override
    public void writeContentTo(DataOutput out) {
      throw new UnsupportedOperationException("no snapshot is asked for");
    }
  }
}
