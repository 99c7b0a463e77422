package io.raftlog.internal.entry;

/** Whom a run is about. Never equal to one of the other kind, whatever their names are. */
public sealed interface Subject permits ProducerId, SubscriptionId {
  /**
   * Its name as it is stored.
   *
   * @return the name
   */
  ProducerId name();
}
