/**
 * The Raft algorithm, pure: no I/O, clock, thread or payload byte. Start with {@link
 * io.raftlog.internal.core.RaftCore}. Depends on message and entry only; replica depends on it, and
 * node for its settings.
 */
@NullMarked
package io.raftlog.internal.core;

import org.jspecify.annotations.NullMarked;
