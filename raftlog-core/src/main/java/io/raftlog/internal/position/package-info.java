/**
 * How far each durable subscription has come: start with {@link
 * io.raftlog.internal.position.PositionTable}. Depends on entry only; only replica and node depend
 * on it.
 */
@NullMarked
package io.raftlog.internal.position;

import org.jspecify.annotations.NullMarked;
