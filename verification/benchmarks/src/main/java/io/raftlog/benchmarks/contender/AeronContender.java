package io.raftlog.benchmarks.contender;

import io.aeron.CommonContext;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.NoOpLock;
import org.jspecify.annotations.Nullable;

/**
 * Aeron Cluster over UDP, with archives that sync what they record before they say so. A client
 * appends, as it must be with this peer: the leader's service answers it with the record's number.
 */
final class AeronContender implements Contender {
  /** Synced, without metadata. */
  private static final int SYNC = 1;

  /** The default of 1408 suits Ethernet; on loopback larger packets cost less. */
  private static final int MTU_BYTES = 8 << 10;

  /** The defaults of 128 KiB hold back the log's stream to the followers. */
  private static final int WINDOW_BYTES = 2 << 20;

  private static final int LOG_TERM_BYTES = 64 << 20;
  private static final int PORTS_OF_MEMBER = 5;
  private static final String ANY_PORT = "aeron:udp?endpoint=" + Loopback.HOST + ":0";

  private final AppliedNumbers applied = new AppliedNumbers();
  private final List<ClusteredMediaDriver> drivers = new ArrayList<>();
  private final List<ClusteredServiceContainer> containers = new ArrayList<>();
  private final List<String> ingressEndpoints = new ArrayList<>();
  private @Nullable AeronClient client;

  @Override
  public Description description() {
    return new Description(
        "Aeron Cluster",
        "1.51.0",
        true,
        false,
        Map.of(
            "fileSyncLevel",
            String.valueOf(SYNC),
            "threading",
            "shared driver, shared archive; idle: backing off to 1 ms (default)",
            "MTU",
            MTU_BYTES + " B",
            "windows and socket buffers",
            WINDOW_BYTES + " B",
            "log term",
            LOG_TERM_BYTES + " B",
            "appends",
            "through a client, answered by the leader's service"));
  }

  @Override
  public void start(Path directory) {
    List<Integer> ports = Loopback.freePorts(REPLICAS * PORTS_OF_MEMBER);
    List<String> members = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      List<String> endpoints =
          ports.subList(i * PORTS_OF_MEMBER, (i + 1) * PORTS_OF_MEMBER).stream()
              .map(port -> Loopback.HOST + ":" + port)
              .toList();
      members.add(i + "," + String.join(",", endpoints));
      ingressEndpoints.add(i + "=" + endpoints.get(0));
    }
    for (int i = 0; i < REPLICAS; i++) {
      startMember(i, String.join("|", members), directory.resolve(String.valueOf(i)));
    }
  }

  private void startMember(int member, String members, Path directory) {
    String shared = CommonContext.generateRandomDirName();
    Archive.Context archive =
        new Archive.Context()
            .aeronDirectoryName(shared)
            .archiveDir(directory.resolve("archive").toFile())
            .controlChannel(archiveEndpoint(members.split("\\|", -1)[member]))
            .localControlChannel("aeron:ipc?term-length=64k")
            .replicationChannel(ANY_PORT)
            .recordingEventsEnabled(false)
            .threadingMode(ArchiveThreadingMode.SHARED)
            .fileSyncLevel(SYNC)
            .catalogFileSyncLevel(SYNC);
    AeronArchive.Context archiveClient =
        new AeronArchive.Context()
            .aeronDirectoryName(shared)
            .lock(NoOpLock.INSTANCE)
            .controlRequestChannel(archive.localControlChannel())
            .controlResponseChannel(archive.localControlChannel());
    ConsensusModule.Context consensus =
        new ConsensusModule.Context()
            .aeronDirectoryName(shared)
            .clusterMemberId(member)
            .clusterMembers(members)
            .clusterDir(directory.resolve("cluster").toFile())
            .ingressChannel("aeron:udp?term-length=4m")
            .logChannel("aeron:udp?term-length=" + LOG_TERM_BYTES + "|mtu=" + MTU_BYTES)
            .replicationChannel(ANY_PORT)
            .fileSyncLevel(SYNC)
            .archiveContext(archiveClient.clone());
    drivers.add(ClusteredMediaDriver.launch(driver(shared), archive, consensus));
    containers.add(
        ClusteredServiceContainer.launch(
            new ClusteredServiceContainer.Context()
                .aeronDirectoryName(shared)
                .archiveContext(archiveClient.clone())
                .clusterDir(directory.resolve("cluster").toFile())
                .clusteredService(new AeronService(member, applied))));
  }

  private static MediaDriver.Context driver(String shared) {
    return new MediaDriver.Context()
        .aeronDirectoryName(shared)
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .threadingMode(ThreadingMode.SHARED)
        .termBufferSparseFile(true)
        .mtuLength(MTU_BYTES)
        .ipcMtuLength(MTU_BYTES)
        .initialWindowLength(WINDOW_BYTES)
        .socketSndbufLength(WINDOW_BYTES)
        .socketRcvbufLength(WINDOW_BYTES);
  }

  /** The last of a member's endpoints. */
  private static String archiveEndpoint(String member) {
    return "aeron:udp?endpoint=" + member.substring(member.lastIndexOf(',') + 1);
  }

  @Override
  public void awaitLeader() {
    if (client == null) {
      String shared = drivers.get(0).mediaDriver().aeronDirectoryName();
      client = AeronClient.connect(shared, String.join(",", ingressEndpoints));
    }
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    applied.expect(payload);
    return Objects.requireNonNull(client, "not started").append(payload);
  }

  @Override
  public SeenNumbers seenBy(int replica, Payloads payloads) {
    return applied.of(replica);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    // The followers first: they would elect another leader.
    containers.stream()
        .sorted(Comparator.comparing(AeronContender::leads))
        .forEach(ClusteredServiceContainer::close);
    drivers.forEach(ClusteredMediaDriver::close);
  }

  private static boolean leads(ClusteredServiceContainer container) {
    return ((AeronService) container.context().clusteredService()).leads();
  }
}
