package io.raftlog.testkit;

import io.raftlog.memory.MemoryNetwork;
import io.raftlog.spi.Transport;
import java.util.Optional;

/** The suite over the transport in memory, which does not care for addresses. */
class MemoryTransportContractTest extends TransportContract {
  private final MemoryNetwork network = new MemoryNetwork();

  @Override
  protected Transport newTransport() {
    return network.transport();
  }

  @Override
  protected Optional<String> malformedAddress() {
    return Optional.empty();
  }

  @Override
  protected boolean listensOnTcp() {
    return false;
  }
}
