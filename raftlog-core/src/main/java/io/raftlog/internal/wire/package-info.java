/**
 * Frame header to message and back: start with {@link io.raftlog.internal.wire.WireCodec}. The only
 * package that sees protobuf. Depends on message, entry and the limits in {@link
 * io.raftlog.spi.Frame}; replica and node depend on it.
 */
@NullMarked
package io.raftlog.internal.wire;

import org.jspecify.annotations.NullMarked;
