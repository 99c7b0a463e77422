package io.raftlog.benchmarks.contender;

import java.io.DataInput;
import java.io.DataOutput;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgroups.JChannel;
import org.jgroups.Version;
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
 * jgroups-raft over TCP, with its own log in plain files, synced before it is acknowledged. The
 * stack is that of JGroups' {@code tcp.xml} with the protocols of {@code raft.xml}.
 */
final class JGroupsContender implements Contender {
  /** Snapshots would cut the log every megabyte by default; nobody else makes any. */
  private static final long NEVER_BYTES = Long.MAX_VALUE;

  private static final long CREDITS = 10_000_000;
  private static final int FRAGMENT_BYTES = 60_000;
  private static final Options NO_RESULT = Options.create(true);

  private final AppliedNumbers applied = new AppliedNumbers();
  private final List<RaftHandle> handles = new ArrayList<>();
  private @Nullable RaftHandle leader;

  @Override
  public Description description() {
    return new Description(
        "jgroups-raft",
        "1.1.4.Final, JGroups " + Version.printVersion(),
        true,
        false,
        Map.of(
            "log_use_fsync", "true",
            "log_class", "FileBasedLog (default)",
            "max_log_size", "unlimited: no snapshots",
            "transport", "TCP, tcp_nodelay=true"));
  }

  @Override
  public void start(Path directory) throws Exception {
    List<Integer> ports = Loopback.freePorts(REPLICAS);
    for (int i = 0; i < REPLICAS; i++) {
      JChannel channel = channel(i, ports, directory.resolve(String.valueOf(i)));
      handles.add(new RaftHandle(channel, new Counting(i)));
      channel.connect("benchmarks");
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    leader =
        Waiting.forValue(
            "leader",
            Waiting.LEADER_LIMIT,
            () -> handles.stream().filter(RaftHandle::isLeader).findFirst());
  }

  private static JChannel channel(int replica, List<Integer> ports, Path directory)
      throws Exception {
    List<InetSocketAddress> hosts =
        ports.stream()
            .map(port -> new InetSocketAddress(Loopback.address(), port))
            .collect(Collectors.toList());
    TCP transport = new TCP();
    transport.setBindAddress(Loopback.address());
    transport.setBindPort(ports.get(replica));
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
    RAFT raft =
        new RAFT()
            .members(IntStream.range(0, REPLICAS).mapToObj(String::valueOf).toList())
            .raftId(String.valueOf(replica))
            .logDir(directory.toString())
            .logUseFsync(true)
            .maxLogSize(NEVER_BYTES);
    return new JChannel(
            transport,
            discovery,
            new MERGE3(),
            new FD_SOCK2(),
            new FD_ALL3(),
            new VERIFY_SUSPECT2(),
            multicast,
            new UNICAST3(),
            new STABLE(),
            new NO_DUPES(),
            new GMS().printLocalAddress(false),
            unicastCredits,
            multicastCredits,
            fragments,
            new ELECTION(),
            raft,
            new REDIRECT())
        .name(String.valueOf(replica));
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    applied.expect(payload);
    try {
      return Objects.requireNonNull(leader, "not started")
          .setAsync(payload, 0, payload.length, NO_RESULT);
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public SeenNumbers seenBy(int replica, Payloads payloads) {
    return applied.of(replica);
  }

  @Override
  public void close() {
    handles.forEach(handle -> handle.channel().close());
  }

  /** Keeps nothing but which records there were. */
  private final class Counting implements StateMachine {
    private final int replica;

    Counting(int replica) {
      this.replica = replica;
    }

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
