package io.raftlog.internal.node;

import io.raftlog.LogOptions;
import io.raftlog.NodeId;
import io.raftlog.internal.entry.Membership;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.Transport;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a node is made of, already checked.
 *
 * @param id the node
 * @param clusterId the cluster's name
 * @param members every member's address, this node's included
 * @param transport not started yet
 * @param storage not opened yet
 * @param logs each log's options, by name
 * @param callbacks where users' futures complete, or null for a thread of the node's own
 */
public record NodeConfig(
    NodeId id,
    String clusterId,
    Map<NodeId, String> members,
    Transport transport,
    NodeStorage storage,
    Map<String, LogOptions> logs,
    @Nullable Executor callbacks) {
  /** So many members are possible. */
  public static final int MAX_MEMBERS = Membership.MAX_VOTERS;
}
