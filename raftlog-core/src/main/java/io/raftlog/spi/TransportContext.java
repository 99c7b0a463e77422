package io.raftlog.spi;

import io.raftlog.NodeId;
import java.util.Map;
import java.util.UUID;

/**
 * Who a node is, for its transport's handshake, and where the members are.
 *
 * @param clusterId the cluster's name; frames of other clusters are never delivered
 * @param self this node
 * @param incarnation made when this node's storage was formatted; another one under the same node
 *     id is another node to the cluster
 * @param addresses each member's address as the application wrote it, this node's own included;
 *     what an address looks like is the transport's business, and a name in it is resolved again at
 *     each connection attempt
 */
public record TransportContext(
    String clusterId, NodeId self, UUID incarnation, Map<NodeId, String> addresses) {
  /** Copies the addresses. */
  public TransportContext {
    addresses = Map.copyOf(addresses);
    if (!addresses.containsKey(self)) {
      throw new IllegalArgumentException("no address for this node itself, " + self);
    }
  }
}
