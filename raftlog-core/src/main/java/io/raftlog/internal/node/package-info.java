/**
 * One node: its threads, and its logs' replicas. Start with {@link io.raftlog.internal.node.Node}.
 * Depends on replica, subscription, wire and the SPIs; only the API package depends on it.
 */
@NullMarked
package io.raftlog.internal.node;

import org.jspecify.annotations.NullMarked;
