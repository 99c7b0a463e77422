package io.raftlog.netty;

/** The same bounds with TLS: what it keeps counts too, and what it adds is little. */
final class NettyTransportTlsBoundsTest extends NettyTransportBoundsTest {
  private static final TestAuthority AUTHORITY = TestAuthority.named("authority");

  @Override
  NettyTransport.Builder configure(NettyTransport.Builder builder) {
    return AUTHORITY.member().apply(builder);
  }

  @Override
  RawPeer.Wire wire() {
    return AUTHORITY.wire(AUTHORITY.certificate());
  }
}
