/**
 * One node: its threads, and its logs' replicas. Start with {@link io.raftlog.internal.node.Node}.
 * Depends on every other internal package but producer, and on the SPIs; only the API package
 * depends on it.
 */
@NullMarked
package io.raftlog.internal.node;

import org.jspecify.annotations.NullMarked;
