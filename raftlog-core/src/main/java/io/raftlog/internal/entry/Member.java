package io.raftlog.internal.entry;

import io.raftlog.NodeId;
import java.util.UUID;

/**
 * A voter: a node in one of its incarnations. The same node id with an emptied disk is another
 * incarnation, which is not this member.
 *
 * @param node the node's id
 * @param incarnation made when the node's storage was formatted
 */
public record Member(NodeId node, UUID incarnation) {}
