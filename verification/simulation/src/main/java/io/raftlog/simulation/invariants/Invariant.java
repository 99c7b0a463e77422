package io.raftlog.simulation.invariants;

import io.raftlog.internal.message.Envelope;
import io.raftlog.spi.StorageWrite;

/** Something that must hold of one log's replicas at every moment. */
interface Invariant {
  /** A replica has been recovered from its disk. */
  default void afterStart(ReplicaState replica) {}

  /** A replica has done what was to be done. */
  default void afterWork(ReplicaState replica) {}

  /** A replica has handed a message to its transport. */
  default void onSend(ReplicaState replica, Envelope envelope) {}

  /** A replica has handed a write to its storage. */
  default void onWrite(ReplicaState replica, StorageWrite write) {}

  /** Its name in a report. */
  default String name() {
    return getClass().getSimpleName();
  }
}
