package io.raftlog.internal.replica;

import io.raftlog.internal.position.PositionTable;

/**
 * What became of a control run.
 *
 * @param answer DONE when it, or what it is for, is in the log; else why it never will be
 * @param inForce the registration or generation in force: the run's own if it is done, else the one
 *     to replace; 0 for none
 * @param next of a registration the producer's next sequence; of a subscription its position
 * @param lastOffset of a registration the offset of the producer's last record, -1 when it has none
 */
public record ControlOutcome(
    PositionTable.Answer answer, long inForce, long next, long lastOffset) {
  /** Whether it, or what it is for, is in the log. */
  public boolean isDone() {
    return answer == PositionTable.Answer.DONE;
  }
}
