package io.raftlog.netty;

import io.raftlog.spi.Transport;
import java.util.function.UnaryOperator;

/** The published suite for transports, with TLS. */
class NettyTransportTlsContractTest extends NettyTransportContractTest {
  private static final UnaryOperator<NettyTransport.Builder> MEMBER =
      TestAuthority.named("authority").member();

  @Override
  protected Transport newTransport() {
    return MEMBER
        .apply(NettyTransport.builder())
        .timing(TestCluster.FAST)
        .maxOutboundBytesPerPeer(maxOutboundBytes())
        .build();
  }
}
