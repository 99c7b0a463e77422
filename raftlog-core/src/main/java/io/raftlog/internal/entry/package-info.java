/**
 * The one byte layout of an entry, shared by memory, wire and disk: start with {@link
 * io.raftlog.internal.entry.EntryLayout}. Every other internal package may depend on this one; it
 * depends on none.
 */
@NullMarked
package io.raftlog.internal.entry;

import org.jspecify.annotations.NullMarked;
