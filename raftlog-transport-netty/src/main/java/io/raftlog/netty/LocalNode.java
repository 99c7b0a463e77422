package io.raftlog.netty;

import io.raftlog.NodeId;
import java.util.Map;

/**
 * What every connection of a started transport needs to know.
 *
 * @param identity who this node is
 * @param links the other members
 * @param settings the application's choices
 * @param delivery where frames go
 * @param log the node's log lines
 */
record LocalNode(
    Identity identity,
    Map<NodeId, PeerLink> links,
    Settings settings,
    Delivery delivery,
    NodeLogger log) {
  LocalNode {
    links = Map.copyOf(links);
  }
}
