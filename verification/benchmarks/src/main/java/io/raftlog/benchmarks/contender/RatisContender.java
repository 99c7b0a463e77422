package io.raftlog.benchmarks.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * Apache Ratis over gRPC, with its own segmented log, synced, which is its default. Appends go
 * straight to the leading division: the server's own method would hand each to another thread and
 * wait for that.
 */
final class RatisContender implements Contender {
  private static final RaftGroupId GROUP =
      RaftGroupId.valueOf(UUID.fromString("00000000-0000-4000-8000-000000000001"));

  /**
   * By default as many as the load has in flight at most, and 64 MiB: both could refuse appends.
   */
  private static final int MAX_WAITING_WRITES = 65_536;

  private static final SizeInBytes MAX_WAITING = SizeInBytes.valueOf("512MB");

  /** With the default of 4 MB it was seen to write 150 bytes and more for each byte of payload. */
  private static final SizeInBytes PREALLOCATED = SizeInBytes.valueOf("0");

  /** The defaults of 150 and 300 ms lose leaders while the load compiles on two cores. */
  private static final TimeDuration TIMEOUT_MIN = TimeDuration.valueOf(500, TimeUnit.MILLISECONDS);

  private static final TimeDuration TIMEOUT_MAX = TimeDuration.valueOf(1, TimeUnit.SECONDS);

  private final AppliedNumbers applied = new AppliedNumbers();
  private final List<RaftServer> servers = new ArrayList<>();
  private final ClientId client = ClientId.randomId();
  private RaftServer.@Nullable Division leader;
  private long callId;

  @Override
  public Description description() {
    return new Description(
        "Apache Ratis",
        "3.3.0",
        true,
        false,
        Map.of(
            "transport", "gRPC (default)",
            "log", "segmented files, synced (default)",
            "raft.server.write.element-limit", String.valueOf(MAX_WAITING_WRITES),
            "raft.server.write.byte-limit", "512 MB",
            "raft.server.log.preallocated.size", "0",
            "raft.server.rpc.timeout", "500 ms to 1 s",
            "appends", "to the leading division, without a client"));
  }

  @Override
  public void start(Path directory) throws IOException {
    List<Integer> ports = Loopback.freePorts(REPLICAS);
    List<RaftPeer> peers = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      peers.add(
          RaftPeer.newBuilder()
              .setId(RaftPeerId.valueOf("n" + i))
              .setAddress(Loopback.HOST + ":" + ports.get(i))
              .build());
    }
    RaftGroup group = RaftGroup.valueOf(GROUP, peers);
    for (int i = 0; i < REPLICAS; i++) {
      RaftServer server =
          RaftServer.newBuilder()
              .setServerId(peers.get(i).getId())
              .setGroup(group)
              .setProperties(properties(ports.get(i), directory.resolve(String.valueOf(i))))
              .setStateMachine(new Counting(i))
              .build();
      servers.add(server);
      server.start();
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    leader = Waiting.forValue("leader", Waiting.LEADER_LIMIT, this::leader);
  }

  private static RaftProperties properties(int port, Path directory) {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(directory.toFile()));
    RaftServerConfigKeys.Write.setElementLimit(properties, MAX_WAITING_WRITES);
    RaftServerConfigKeys.Write.setByteLimit(properties, MAX_WAITING);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TIMEOUT_MIN);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, TIMEOUT_MAX);
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, PREALLOCATED);
    GrpcConfigKeys.Server.setPort(properties, port);
    return properties;
  }

  private Optional<RaftServer.Division> leader() {
    return servers.stream()
        .map(RatisContender::division)
        .filter(division -> division.getInfo().isLeaderReady())
        .findFirst();
  }

  private static RaftServer.Division division(RaftServer server) {
    try {
      return server.getDivision(GROUP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    applied.expect(payload);
    RaftServer.Division division = Objects.requireNonNull(leader, "not started");
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(division.getId())
            .setGroupId(GROUP)
            .setCallId(callId++)
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(payload)))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return ((RaftClientAsynchronousProtocol) division)
          .submitClientRequestAsync(request)
          .thenAccept(RatisContender::requireSuccess);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void requireSuccess(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new IllegalStateException(reply.toString(), reply.getException());
    }
  }

  @Override
  public SeenNumbers seenBy(int replica, Payloads payloads) {
    return applied.of(replica);
  }

  @Override
  public void close() {
    for (RaftServer server : servers) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Keeps nothing but which records there were. */
  private final class Counting extends BaseStateMachine {
    private final int replica;

    Counting(int replica) {
      this.replica = replica;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      ByteString data = transaction.getLogEntry().getStateMachineLogEntry().getLogData();
      applied.add(replica, data.asReadOnlyByteBuffer());
      updateLastAppliedTermIndex(
          transaction.getLogEntry().getTerm(), transaction.getLogEntry().getIndex());
      return CompletableFuture.completedFuture(Message.EMPTY);
    }
  }
}
