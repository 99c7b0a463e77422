package io.raftlog.netty;

import io.raftlog.spi.Transport;
import io.raftlog.testkit.TransportContract;

/** The published suite for transports. */
class NettyTransportContractTest extends TransportContract {
  @Override
  protected Transport newTransport() {
    return NettyTransport.builder()
        .timing(TestCluster.FAST)
        .maxOutboundBytesPerPeer(maxOutboundBytes())
        .build();
  }

  @Override
  protected long maxOutboundBytes() {
    return NettyTransport.Builder.MIN_MAX_OUTBOUND_BYTES_PER_PEER;
  }

  /** Netty has one for all that is in the JVM; it ends a second after its last task. */
  @Override
  protected boolean belongsToTheJvm(Thread thread) {
    return thread.getName().startsWith("globalEventExecutor");
  }
}
