/**
 * A storage and a transport that live in memory, for trying raftlog out and for an application's
 * own tests: start with {@link io.raftlog.memory.MemoryNetwork} and {@link
 * io.raftlog.memory.MemoryStorage}. Depends on the SPIs only.
 */
@NullMarked
package io.raftlog.memory;

import org.jspecify.annotations.NullMarked;
