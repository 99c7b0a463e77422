package io.raftlog.testkit;

import io.raftlog.spi.Transport;

/** The suite over a transport that was written after the SPI's Javadoc alone. */
class PlainTransportContractTest extends TransportContract {
  @Override
  protected Transport newTransport() {
    return new PlainTransport(TransportFault.NONE);
  }

  @Override
  protected long maxOutboundBytes() {
    return PlainPeer.MAX_QUEUED_BYTES;
  }
}
