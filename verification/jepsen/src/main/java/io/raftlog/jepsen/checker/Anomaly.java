package io.raftlog.jepsen.checker;

import java.util.Locale;

/** What can be wrong with a run. Names that Jepsen has are Jepsen's. */
public enum Anomaly {
  /** An acknowledged record is not in the log. */
  LOST_WRITE,
  /** A producer's sequence is in the log twice. */
  DUPLICATE,
  /** Different records at one offset: on two nodes, or a read, or an answer, and the log. */
  INCONSISTENT_OFFSETS,
  /** Aborted read: a record was seen of which every append was definitely refused. */
  G1A,
  /** A record that nobody sent was seen, or bytes that differ from what was sent. */
  UNSENT,
  /** A node never shows an acknowledged record, not even in the end. */
  UNSEEN,
  /** A read skipped offsets, or came back empty below the end. */
  POLL_SKIP,
  /** In one session a read saw less of the log than one that had returned before it began. */
  NONMONOTONIC_POLL,
  /** A producer's records are not in the order of their sequences. */
  NONMONOTONIC_SEND,
  /** A linearizable read missed what was there, or real time and the log's order contradict. */
  STALE_READ,
  /** After its append was acknowledged, a session did not see the record. */
  READ_YOUR_WRITES,
  /** A producer was told to go back to what it had proof of, or that it is unknown. */
  FORGOTTEN_PRODUCER,
  /** A subscription went on before a position of which somebody was told that it is committed. */
  LOST_COMMIT,
  /** A subscription went on at a position that nobody committed. */
  PHANTOM_COMMIT,
  /** A consumer moved the position after another one had become the owner. */
  ZOMBIE_COMMIT,
  /** A record was delivered to no consumer of a subscription. */
  UNDELIVERED,
  /** An answer that the contract does not allow. */
  UNEXPECTED_ERROR,
  /** A majority could talk, and for too long nothing was acknowledged. */
  UNAVAILABLE,
  /** A process ended by itself, or did not start again. */
  NODE_DIED,
  /** Appends had no outcome although everything was healed. */
  UNRESOLVED,
  /** Too little was done to tell anything. */
  NOTHING_DONE;

  /** As it is called in reports. */
  public String label() {
    return this == G1A ? "G1a" : name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
