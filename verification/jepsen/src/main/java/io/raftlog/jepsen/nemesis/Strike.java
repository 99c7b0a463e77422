package io.raftlog.jepsen.nemesis;

/**
 * Something that has been done to a cluster.
 *
 * @param value what exactly, for people
 * @param cure undoes it
 */
record Strike(String value, Cure cure) {
  /** Undoes a strike; blocks until it is undone. */
  interface Cure {
    void heal() throws InterruptedException;
  }
}
