package io.raftlog.simulation.invariants;

import io.raftlog.internal.entry.Member;

/** What the disks of all nodes hold, running or not. */
@FunctionalInterface
public interface ClusterState {
  /** Whether a member's disk would have an entry, and just these before it, after a power cut. */
  boolean durablyHolds(Member member, long index, long prefixHash);
}
