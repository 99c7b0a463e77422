package io.raftlog.examples.quickstart;

/**
 * Cuts a node off from its network and its disk, both at one instant and for good, when it is
 * flipped.
 *
 * <p>A process that is killed stops between two instructions: nothing more is sent, received or
 * written, and nobody is told. A node inside this JVM cannot be stopped so, and {@link
 * io.raftlog.RaftLogNode#close} is graceful: it hands leadership over first. Hence this: from the
 * flip on, whatever the node sends or writes goes nowhere, and nothing reaches it, so that its
 * farewell is not heard by anybody; then it is closed, for its threads and files to be free. What
 * this cannot show is a write that the kill interrupts half-way. {@link KillNine} kills real
 * processes.
 */
final class KillSwitch {
  private volatile boolean flipped;

  void flip() {
    flipped = true;
  }

  boolean isFlipped() {
    return flipped;
  }
}
