package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.LogStorage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a replica reaches of the world.
 *
 * @param send hands a frame to the transport; never blocks
 * @param storage the log's storage, already opened
 * @param callbacks where users' futures complete
 * @param blockingReads where entries are read that are no longer in memory; refuses what there is
 *     no room or no thread for
 * @param wallMillis wall clock, milliseconds since 1970
 * @param random for election timeouts and the formation id
 * @param wakeUp makes the loop come round soon; called from any thread
 */
public record ReplicaPorts(
    BiConsumer<NodeId, Frame> send,
    LogStorage storage,
    Callbacks callbacks,
    Executor blockingReads,
    LongSupplier wallMillis,
    RandomGenerator random,
    Runnable wakeUp) {}
