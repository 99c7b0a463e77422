package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Role;
import io.raftlog.spi.StoredEntry;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One replica in one of its lives, as the invariants see it. */
public interface ReplicaState {
  /** The node. */
  NodeId node();

  /** Made when the node's disk was formatted. */
  UUID incarnation();

  /** The algorithm's state. */
  RaftCore core();

  /** The last entry that was handed to the storage, which after each event is the last one. */
  long lastIndex();

  /** A hash of everything up to an entry, 0 for index 0, -1 for one that is not there. */
  long prefixHashAt(long index);

  /** An entry that is there. */
  StoredEntry entryAt(long index);

  /** Whether the disk would still have an entry, and just these before it, after a power cut. */
  boolean durablyHolds(long index, long prefixHash);

  /** The last entry that would still be there after a power cut. */
  long durableLastIndex();

  /** As {@link #prefixHashAt}, of what would still be there after a power cut. */
  long durableHashAt(long index);

  /** The term that a restart would find. */
  long durableTerm();

  /** The vote that a restart would find. */
  @Nullable NodeId durableVote();

  /** Its term. */
  default long term() {
    return core().term();
  }

  /** Whether it leads. */
  default boolean leads() {
    return core().role().kind() == Role.Kind.LEADER;
  }

  /** For messages. */
  default String name() {
    return node() + " in term " + core().term();
  }
}
