package io.raftlog.netty;

import io.raftlog.NodeId;
import io.raftlog.spi.TransportContext;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Who this process is to its peers.
 *
 * @param clusterId the cluster's name, at most {@link #MAX_CLUSTER_BYTES} in UTF-8
 * @param node this node's id
 * @param incarnation which formatting of the node's storage
 * @param session made when the transport started; tells a process that reconnects from another
 *     process that claims the same node
 */
record Identity(String clusterId, NodeId node, UUID incarnation, UUID session) {
  /** The longest cluster id that fits a greeting: 512 bytes. */
  static final int MAX_CLUSTER_BYTES = 512;

  Identity {
    int bytes = clusterId.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_CLUSTER_BYTES) {
      throw new IllegalArgumentException(
          "cluster id has " + bytes + " bytes in UTF-8, limit " + MAX_CLUSTER_BYTES);
    }
  }

  static Identity of(TransportContext context) {
    return new Identity(
        context.clusterId(), context.self(), context.incarnation(), UUID.randomUUID());
  }
}
