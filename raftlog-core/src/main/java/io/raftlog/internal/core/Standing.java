package io.raftlog.internal.core;

/** How a replica stands to its cluster. */
public enum Standing {
  /** The cluster has not been formed yet, as far as this replica knows. */
  UNFORMED,
  /** It votes and counts. */
  VOTER,
  /** Its storage is not the one that the cluster knows: it neither votes nor counts yet. */
  AWAITING_READMISSION
}
