/**
 * The shell of one log's replica: moves buffers between callers, disk, network and the algorithm.
 * Start with {@link io.raftlog.internal.replica.Replica#doWork}. Depends on core, message, entry,
 * producer, position, wire and the SPIs; only node depends on it.
 */
@NullMarked
package io.raftlog.internal.replica;

import org.jspecify.annotations.NullMarked;
