/**
 * Nodes in containers, and everything that can be done to them. Start with {@link
 * io.raftlog.jepsen.cluster.Cluster}.
 */
@NullMarked
package io.raftlog.jepsen.cluster;

import org.jspecify.annotations.NullMarked;
