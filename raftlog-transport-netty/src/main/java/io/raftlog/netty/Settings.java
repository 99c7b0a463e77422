package io.raftlog.netty;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A transport's checked configuration.
 *
 * @param bindAddress where to listen, or null for the node's own member address
 * @param eventLoopThreads how many threads move bytes
 * @param connectTimeout how long one attempt to connect may take
 * @param maxOutboundBytesPerPeer how much may wait for one peer
 * @param timing the other durations
 * @param backend which of the operating system's mechanisms to use
 * @param tls how connections are encrypted, or null for plain TCP
 */
record Settings(
    @Nullable Address bindAddress,
    int eventLoopThreads,
    Duration connectTimeout,
    long maxOutboundBytesPerPeer,
    Timing timing,
    IoBackend backend,
    @Nullable Tls tls) {}
