package io.raftlog.benchmarks.contender;

import io.openmessaging.storage.dledger.DLedgerConfig;
import io.openmessaging.storage.dledger.DLedgerServer;
import io.openmessaging.storage.dledger.exception.DLedgerException;
import io.openmessaging.storage.dledger.protocol.AppendEntryResponse;
import io.openmessaging.storage.dledger.protocol.DLedgerResponseCode;
import io.openmessaging.storage.dledger.snapshot.SnapshotReader;
import io.openmessaging.storage.dledger.snapshot.SnapshotWriter;
import io.openmessaging.storage.dledger.statemachine.ApplyEntryIterator;
import io.openmessaging.storage.dledger.statemachine.StateMachine;
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
import org.jspecify.annotations.Nullable;

/**
 * DLedger with its own log in mapped files. It acknowledges what a majority has in memory; files
 * are synced later, and there is no setting that changes it.
 */
final class DLedgerContender implements Contender {
  private static final String GROUP = "benchmarks";

  /** More than the load has in flight at most. */
  private static final int MAX_WAITING = 65_536;

  private final AppliedNumbers applied = new AppliedNumbers();
  private final List<DLedgerServer> servers = new ArrayList<>();
  private @Nullable DLedgerServer leader;

  @Override
  public Description description() {
    return new Description(
        "DLedger",
        "0.4.3",
        false,
        false,
        Map.of(
            "durable", "no: acknowledges before it syncs, which it does every 10 ms (default)",
            "storeType", "FILE (default)",
            "enableBatchAppend", "true",
            "maxPendingRequestsNum", String.valueOf(MAX_WAITING)));
  }

  @Override
  public void start(Path directory) {
    List<Integer> ports = Loopback.freePorts(REPLICAS);
    String peers =
        IntStream.range(0, REPLICAS)
            .mapToObj(i -> "n" + i + "-" + Loopback.HOST + ":" + ports.get(i))
            .collect(Collectors.joining(";"));
    for (int i = 0; i < REPLICAS; i++) {
      DLedgerConfig config = new DLedgerConfig();
      config.setGroup(GROUP);
      config.setSelfId("n" + i);
      config.setPeers(peers);
      config.setStoreType(DLedgerConfig.FILE);
      config.setStoreBaseDir(directory.resolve(String.valueOf(i)).toString());
      config.setEnableBatchAppend(true);
      config.setMaxPendingRequestsNum(MAX_WAITING);
      DLedgerServer server = new DLedgerServer(config);
      server.registerStateMachine(new Counting(i));
      server.startup();
      servers.add(server);
    }
  }

  @Override
  public void awaitLeader() throws TimeoutException, InterruptedException {
    leader =
        Waiting.forValue(
            "leader",
            Waiting.LEADER_LIMIT,
            () -> servers.stream().filter(DLedgerServer::isLeader).findFirst());
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    applied.expect(payload);
    try {
      return Objects.requireNonNull(leader, "not started")
          .appendAsLeader(payload)
          .thenAccept(DLedgerContender::requireSuccess);
    } catch (DLedgerException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void requireSuccess(AppendEntryResponse response) {
    if (response.getCode() != DLedgerResponseCode.SUCCESS.getCode()) {
      throw new IllegalStateException(DLedgerResponseCode.valueOf(response.getCode()).toString());
    }
  }

  @Override
  public SeenNumbers seenBy(int replica, Payloads payloads) {
    return applied.of(replica);
  }

  @Override
  public void close() {
    servers.forEach(DLedgerServer::shutdown);
  }

  /** Keeps nothing but which records there were. */
  private final class Counting implements StateMachine {
    private final int replica;

    Counting(int replica) {
      this.replica = replica;
    }

    @Override
    public void onApply(ApplyEntryIterator entries) {
      while (entries.hasNext()) {
        applied.add(replica, ByteBuffer.wrap(entries.next().getEntry().getBody()));
      }
    }

    @Override
    public boolean onSnapshotSave(SnapshotWriter writer) {
      return false;
    }

    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
      return false;
    }

    @Override
    public void onShutdown() {}

    @Override
    public void onError(DLedgerException error) {
      throw error;
    }

    @Override
    public String getBindDLedgerId() {
      return generateDLedgerId(GROUP, "n" + replica);
    }
  }
}
