package io.raftlog.internal.replica;

import io.raftlog.internal.core.CoreConfig;

/**
 * How one log's replica is set up.
 *
 * @param logId the log's name
 * @param core the algorithm's settings
 * @param session grows with every start of this node, not negative; tells its forward requests from
 *     those of earlier starts
 * @param appendTimeoutNanos how long an append may be without an outcome
 * @param maxPayloadBytes the longest payload
 * @param maxBatchBytes most bytes of one entry
 * @param maxInFlightBytes most bytes of appends called on this node and without an outcome
 * @param maxInFlightAppends most appends called on this node and without an outcome
 * @param maxWaitingReads most reads called on this node and waiting
 * @param cacheBytes most bytes of durable entries kept in memory, newest first
 * @param checkpointBytes after how many bytes of applied entries the tables are checkpointed
 */
public record ReplicaConfig(
    String logId,
    CoreConfig core,
    long session,
    long appendTimeoutNanos,
    int maxPayloadBytes,
    int maxBatchBytes,
    long maxInFlightBytes,
    int maxInFlightAppends,
    int maxWaitingReads,
    long cacheBytes,
    long checkpointBytes) {}
