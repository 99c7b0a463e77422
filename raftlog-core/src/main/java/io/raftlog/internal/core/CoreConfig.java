package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.LogSettings;
import java.util.List;
import java.util.UUID;

/**
 * How a replica's algorithm is set up.
 *
 * @param self this node
 * @param incarnation this node's incarnation
 * @param members the configured members, sorted; they only matter until the cluster is formed
 * @param electionTimeoutNanos a follower waits for one to two of these for a sign of its leader
 * @param heartbeatNanos an idle leader sends one heartbeat per this time
 * @param maxAppendBytes most bytes of entries in one append request, but one entry at least
 * @param maxInflightBytes most bytes sent to one follower and not yet acknowledged
 * @param maxInflightRequests most requests sent to one follower and not yet acknowledged
 * @param maxUncommittedBytes most bytes of entries proposed and not yet committed
 * @param settings what the log shall remember; counts when a cluster is formed
 */
public record CoreConfig(
    NodeId self,
    UUID incarnation,
    List<NodeId> members,
    long electionTimeoutNanos,
    long heartbeatNanos,
    int maxAppendBytes,
    long maxInflightBytes,
    int maxInflightRequests,
    long maxUncommittedBytes,
    LogSettings settings) {
  /** Sorts the members. */
  public CoreConfig {
    members = members.stream().sorted().toList();
  }
}
