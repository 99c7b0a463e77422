package io.raftlog.netty;

import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.raftlog.NodeId;
import io.raftlog.spi.TransportContext;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One dialer by itself. */
final class PeerDialerTest {
  private static final NodeId SELF = new NodeId("n1");
  private static final NodeId PEER = new NodeId("n2");
  private static final String ADDRESS = TestCluster.UNRESOLVABLE + ":7400";

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void endLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void shouldTryAgainWhenNoThreadCouldBeStartedToResolveAName() {
    // given
    AtomicInteger threads = new AtomicInteger();
    ThreadFactory daemons = HostResolver.daemons("resolver-");
    ThreadFactory noneAtFirst =
        task -> {
          if (threads.getAndIncrement() == 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          return daemons.newThread(task);
        };
    try (HostResolver resolver = new HostResolver(noneAtFirst, 1)) {
      PeerDialer dialer = dialer(resolver);

      // when
      dialer.start();

      // then
      await().until(() -> threads.get() >= 2);
      dialer.stop();
    }
  }

  private PeerDialer dialer(HostResolver resolver) {
    NodeLogger log = new NodeLogger(SELF, System::nanoTime);
    Delivery delivery = new Delivery(new RecordingListener(), log);
    Settings settings =
        new Settings(
            null, 1, Duration.ofSeconds(1), 64 << 20, TestCluster.FAST, IoBackend.NIO, null);
    Map<NodeId, String> addresses = Map.of(SELF, "127.0.0.1:7400", PEER, ADDRESS);
    Identity identity =
        Identity.of(new TransportContext(TestCluster.ID, SELF, UUID.randomUUID(), addresses));
    PeerLink link = new PeerLink(PEER, delivery, log);
    LocalNode node = new LocalNode(identity, Map.of(PEER, link), settings, delivery, log);
    return new PeerDialer(
        node,
        link,
        Address.parse(ADDRESS),
        resolver,
        loops.next(),
        new Bootstrap(),
        new DefaultChannelGroup(loops.next()));
  }
}
