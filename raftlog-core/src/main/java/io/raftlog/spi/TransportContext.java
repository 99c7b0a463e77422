package io.raftlog.spi;

import io.raftlog.NodeId;
import java.util.Map;
import java.util.UUID;

/**
 * Who a node is, for its transport's handshake, and where the members are.
 *
 * @param clusterId the cluster's name, see {@link NodeStorage#open}; frames of other clusters are
 *     never delivered
 * @param self this node
 * @param incarnation made when this node's storage was formatted. A peer may come back with another
 *     one, and must be let in: whether it still is the member that it was, raftlog decides. A
 *     transport may use it to tell two running processes with one identity from each other
 * @param addresses each member's address as the application wrote it, this node's own included, 1
 *     to 31; any text, different for each member, but another node may have another one for the
 *     same member. What an address looks like is the transport's business, and a name in it is
 *     resolved again at each connection attempt
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
