/**
 * The shell of one log's replica: moves buffers between callers, disk, network and the algorithm.
 * Start with {@link io.raftlog.internal.replica.Replica#doWork}. Depends on core, message, entry,
 * producer, position, wire and the SPIs; only node depends on it.
 *
 * <ul>
 *   <li>Appends, from the caller to the outcome: {@code AppendAccumulator}, {@code AppendBatch},
 *       {@code PendingAppends}, {@code AppendDispatcher}, {@code ForwardedAppends}, {@code
 *       Admission} at the leader ({@code Leadership}), {@code Completions}, {@code LogFailures}.
 *   <li>Reads: {@code LogReader}, {@code Reading} for those that wait, {@code ReadRounds} for those
 *       that ask a leader, {@code CommittedRecords} for the records, {@code ColdEntries} for what
 *       is on disk only.
 *   <li>What the replica knows: {@code EntryTail} and {@code TailCache} (entries in memory), {@code
 *       LogApplier} with {@code Tables} (what is committed), {@code StatusBoard}.
 *   <li>Disk and network: {@code Journal} and {@code Recovery}; {@code Inbox}, {@code
 *       MessageIntake} and {@code Replicator}.
 * </ul>
 */
@NullMarked
package io.raftlog.internal.replica;

import org.jspecify.annotations.NullMarked;
