package io.raftlog;

/** What a read is promised to see. */
public enum Consistency {
  /**
   * The committed prefix that this node knows: never wrong, perhaps short. Costs no message. Sees
   * what was acknowledged on this node since it was started. After a crash it may know less than it
   * did before, until it hears from a leader.
   */
  LOCAL,
  /**
   * Every append that was acknowledged anywhere before the read was called. Costs a round trip to a
   * quorum, and one to the leader before it from a follower; relies on no clock.
   */
  LINEARIZABLE
}
